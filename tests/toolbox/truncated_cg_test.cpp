// Truncated conjugate gradients against dense algebra and Martens' rules, worked out anew.
#include "physgrad/toolbox/truncated_cg.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/QR>
#include <algorithm>
#include <cmath>

#include "physgrad/core/rng.hpp"

namespace physgrad::testing {
namespace {

Matrix damped_square(Index size) {
  Rng rng(3, "truncated-cg");
  const Matrix a = rng.uniform_matrix(size, size, -1, 1);
  return a * a.transpose() + 0.5 * Matrix::Identity(size, size);
}

Vector slope_of(Index size) {
  Rng rng(4, "truncated-cg");
  return rng.uniform_matrix(size, 1, -1, 1);
}

TruncatedCg::Product times(const Matrix& a) {
  return [&a](const Vector& v, Vector& out) { out = a * v; };
}

TEST(TruncatedCg, SolvesWhatADenseFactorisationSolves) {
  const Matrix a = damped_square(9);
  const Vector g = slope_of(9), expected = -a.ldlt().solve(g);
  for (const double share : {0.0, 0.95, -3.0}) {
    Vector d = share * expected + (share == 0 ? 0.0 : 0.1) * g;
    TruncatedCg cg(250);
    (void)cg.minimise(times(a), g, d);
    EXPECT_LT((d - expected).norm(), 1e-10 * expected.norm()) << share;
    EXPECT_EQ(cg.kept().back().d, d);
    EXPECT_NEAR(cg.kept().back().model, 0.5 * g.dot(expected), 1e-12 * std::abs(g.dot(expected)));
  }
}

TEST(TruncatedCg, EveryIterateMinimisesTheModelOnItsKrylovSpace) {
  const Index n = 40;
  const Matrix a = damped_square(n);
  const Vector g = slope_of(n), start = 0.3 * slope_of(n).reverse();
  Vector d = start;
  TruncatedCg cg(5);
  EXPECT_EQ(cg.minimise(times(a), g, d), 6);  // one for the start
  ASSERT_EQ(cg.kept().size(), 5U);            // 1, 2, 3, 4, 5
  Matrix krylov(n, 5);
  krylov.col(0) = g + a * start;
  for (Index i = 1; i < 5; ++i) krylov.col(i) = (a * krylov.col(i - 1)).normalized();
  const Matrix basis = Eigen::HouseholderQR<Matrix>(krylov).householderQ() * Matrix::Identity(n, 5);
  for (Index i = 1; i <= 5; ++i) {
    const Matrix v = basis.leftCols(i);
    const Vector expected = start - v * (v.transpose() * a * v).ldlt().solve(v.transpose() * (g + a * start));
    const ModelStep& step = cg.kept()[static_cast<std::size_t>(i - 1)];
    EXPECT_LT((step.d - expected).norm(), 1e-9 * expected.norm()) << i;
    EXPECT_NEAR(step.model, g.dot(expected) + 0.5 * expected.dot(a * expected), 1e-9) << i;
  }
}

TEST(TruncatedCg, StopsWhenProgressFallsBelowMartensThreshold) {
  // Eigenvalues over six decades: progress never ends and slows down.
  const Index n = 400;
  const Vector values = Vector::LinSpaced(n, -4, 2).unaryExpr([](double e) { return std::pow(10, e); });
  const auto product = [&](const Vector& v, Vector& out) { out = values.cwiseProduct(v); };
  const Vector g = slope_of(n);
  Vector d = Vector::Zero(n);
  const long stopped = TruncatedCg(100000).minimise(product, g, d);
  ASSERT_GT(stopped, 110);  // k has grown beyond ten
  std::vector<double> models = {0};
  for (long most = 1; most <= stopped; ++most) {
    TruncatedCg cg(most);
    d = Vector::Zero(n);
    EXPECT_EQ(cg.minimise(product, g, d), most);
    models.push_back(cg.kept().back().model);
  }
  for (long i = 1; i <= stopped; ++i) {
    const long k = std::max(10L, i / 10);
    const auto at = [&](long j) { return models[static_cast<std::size_t>(j)]; };
    const bool stop = i > k && at(i) < 0 && (at(i) - at(i - k)) / at(i) < 5e-4 * static_cast<double>(k);
    EXPECT_EQ(stop, i == stopped) << i;
  }
}

TEST(TruncatedCg, KeepsIteratesOnAGeometricGridAndTheLast) {
  const Matrix a = Vector::LinSpaced(300, 1e-4, 1).asDiagonal();
  const Vector g = slope_of(300);
  Vector d = Vector::Zero(300);
  TruncatedCg cg(30);
  EXPECT_EQ(cg.minimise(times(a), g, d), 30);
  std::vector<long> grid = {1, 2, 3, 4, 5, 7, 9, 11, 14, 18, 24, 30};
  ASSERT_EQ(cg.kept().size(), grid.size());
  for (std::size_t j = 0; j < grid.size(); ++j) {
    Vector shorter = Vector::Zero(300);
    (void)TruncatedCg(grid[j]).minimise(times(a), g, shorter);
    EXPECT_EQ(cg.kept()[j].d, shorter) << grid[j];
  }
  // Three vectors of its own, and these.
  EXPECT_EQ(cg.bytes(300), 8.0 * (300 * 15 + 31));
}

TEST(TruncatedCg, KeepsNothingOfProductsThatAreNotFinite) {
  const Vector g = slope_of(6);
  for (const double start : {0.0, 1.0}) {
    Vector d = Vector::Constant(6, start);
    TruncatedCg cg(10);
    (void)cg.minimise([](const Vector& v, Vector& out) { out = std::nan("") * v; }, g, d);
    EXPECT_TRUE(cg.kept().empty());
  }
  // From the third one on: what came before stays.
  int products = 0;
  Vector d = Vector::Zero(6);
  TruncatedCg cg(10);
  const Matrix a = damped_square(6);
  (void)cg.minimise([&](const Vector& v, Vector& out) { out = (++products < 3 ? 1.0 : INFINITY) * (a * v); }, g, d);
  EXPECT_EQ(cg.kept().size(), 2U);
  EXPECT_TRUE(d.allFinite());
}

}  // namespace
}  // namespace physgrad::testing
