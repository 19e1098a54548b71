// The damped solve against a singular value decomposition: d = V s / (s^2 + lambda) U^T g.
#include "physgrad/linalg/damped_solve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "spectra.hpp"

namespace physgrad::testing {
namespace {

struct Expected {
  Vector direction;
  Vector weights;
};

Expected by_svd(const Matrix& u, const Vector& s, const Matrix& v, const Vector& g, double lambda) {
  const Vector c = u.transpose() * g;
  const Vector gain = (s.array().square() + lambda).inverse();
  return {v * s.cwiseProduct(gain).cwiseProduct(c), u * gain.cwiseProduct(c) + (g - u * c) / lambda};
}

TEST(DampedSolve, AgreesWithTheSpectralFormula) {
  std::mt19937_64 engine(1);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{1, 7}, {7, 1}, {8, 20}, {20, 8}, {50, 50}}) {
    const Index rank = std::min(rows, cols);
    const Matrix u = random_orthonormal(rows, rank, engine);
    const Matrix v = random_orthonormal(cols, rank, engine);
    const Vector s = decaying(rank, 6);
    const Matrix j = u * s.asDiagonal() * v.transpose();
    const Vector g = random_vector(rows, engine);
    for (const double lambda : {1e-8, 1e-4, 1.0, 1e6}) {
      DenseJacobian jacobian(j);
      const DampedSolution solution = damped_solve(jacobian, g, lambda);
      ASSERT_TRUE(solution.succeeded);
      const Expected expected = by_svd(u, s, v, g, lambda);
      const double error = relative_difference(solution.direction, expected.direction);
      EXPECT_LT(error, 1e-6) << rows << " x " << cols << ", lambda " << lambda;
      EXPECT_GE(solution.error_estimate, 0.1 * error) << rows << " x " << cols << ", lambda " << lambda;
      EXPECT_LT(relative_difference(solution.weights, expected.weights), 1e-6);
    }
  }
}

TEST(DampedSolve, ReportsWhatCannotBeSolved) {
  std::mt19937_64 engine(2);
  Vector values(5);
  values << 1, 0.5, 0.1, 0, 0;
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{5, 9}, {9, 5}}) {
    const Matrix j = with_singular_values(rows, cols, values, engine);
    DenseJacobian jacobian(j);
    const DampedSolution solution = damped_solve(jacobian, random_vector(rows, engine), 0.0);
    EXPECT_FALSE(solution.succeeded);
    EXPECT_TRUE(std::isnan(solution.error_estimate));
    EXPECT_FALSE(solution.direction.allFinite());
    Matrix bad = j;
    bad(1, 1) = std::numeric_limits<double>::quiet_NaN();
    DenseJacobian broken(bad);
    EXPECT_FALSE(damped_solve(broken, Vector::Ones(rows), 1.0).succeeded);
  }
}

TEST(DampedSolve, SolvesTheUndampedEquationsOfAFullRank) {
  std::mt19937_64 engine(3);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{5, 9}, {9, 5}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(5, 2), engine);
    const Vector g = random_vector(rows, engine);
    DenseJacobian jacobian(j);
    const DampedSolution solution = damped_solve(jacobian, g, 0.0);
    ASSERT_TRUE(solution.succeeded);
    EXPECT_LT(relative_difference(solution.direction, reference_partial_inverse(j, g, 1.0, 0.0)), 1e-10);
  }
}

TEST(DampedSolve, RejectsInvalidArguments) {
  const Matrix j = Matrix::Identity(3, 4);
  DenseJacobian jacobian(j);
  EXPECT_THROW((void)damped_solve(jacobian, Vector::Ones(4), 1.0), std::invalid_argument);
  EXPECT_THROW((void)damped_solve(jacobian, Vector::Ones(3), -1.0), std::invalid_argument);
  EXPECT_THROW((void)damped_solve(jacobian, Vector::Ones(3), std::nan("")), std::invalid_argument);
  EXPECT_THROW((void)damped_solve(jacobian, Vector::Ones(3), INFINITY), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
