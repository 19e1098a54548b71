// The Poisson problem against exact solutions of the continuous equation and against the discrete eigenfunctions.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

using std::numbers::pi;

Problem poisson(Index points, const std::string& direction) {
  return problem_with("poisson", {{"points", static_cast<double>(points)}, {"direction", direction}});
}

// f(x, y) at the interior points of the unit square, one column.
template <class Function>
Matrix on_grid(Index points, const Function& f) {
  const double h = 1.0 / static_cast<double>(points + 1);
  Matrix column(points * points, 1);
  for (Index j = 0; j < points; ++j)
    for (Index i = 0; i < points; ++i)
      column(i + points * j) = f(h * static_cast<double>(i + 1), h * static_cast<double>(j + 1));
  return column;
}

// u = x (1 - x) e^x sin(2 pi y) vanishes on the boundary and is no eigenfunction.
double exact(double x, double y) { return x * (1.0 - x) * std::exp(x) * std::sin(2.0 * pi * y); }
double exact_laplacian(double x, double y) {
  return (-3.0 * x - x * x) * std::exp(x) * std::sin(2.0 * pi * y) - 4.0 * pi * pi * exact(x, y);
}

TEST(Poisson, BothDirectionsConvergeWithOrderTwo) {
  const auto error = [](Index points, const std::string& direction) {
    // The problem's distance between points is 1: on the unit square its Laplacian is h^2 times the derivative.
    const double h2 = std::pow(static_cast<double>(points + 1), -2);
    const Matrix u = on_grid(points, exact), f = h2 * on_grid(points, exact_laplacian);
    const Problem problem = poisson(points, direction);
    return direction == "solve" ? distance(problem.simulator->run(f, {}), u)
                                : distance(problem.simulator->run(u, {}), f) / h2;
  };
  for (const std::string direction : {"solve", "laplacian"}) {
    EXPECT_NEAR(std::log2(error(15, direction) / error(31, direction)), 2.0, 0.1) << direction;
    EXPECT_LT(error(31, direction), direction == "solve" ? 2e-3 : 0.2);
  }
}

TEST(Poisson, SineProductsAreEigenfunctions) {
  const Index points = 5;
  const double h = 1.0 / 6.0;
  for (Index k = 1; k <= points; ++k)
    for (Index l = 1; l <= points; ++l) {
      const auto half = [h](Index m) { return std::sin(0.5 * pi * static_cast<double>(m) * h); };
      const double eigenvalue = -4.0 * half(k) * half(k) - 4.0 * half(l) * half(l);
      const Matrix u = on_grid(points, [&](double x, double y) {
        return std::sin(pi * static_cast<double>(k) * x) * std::sin(pi * static_cast<double>(l) * y);
      });
      EXPECT_LT(distance(poisson(points, "laplacian").simulator->run(u, {}), eigenvalue * u), 1e-13);
      EXPECT_LT(distance(poisson(points, "solve").simulator->run(u, {}), u / eigenvalue), 1e-13);
    }
}

class PoissonBothWays : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Directions, PoissonBothWays, ::testing::Values("laplacian", "solve"));

TEST_P(PoissonBothWays, InverseUndoesTheSimulator) {
  for (const Index points : {2, 8, 11}) {
    const Problem problem = poisson(points, GetParam());
    Rng rng(1, "poisson");
    const Batch batch = problem.sample(rng, 7);
    const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(points * points, 7), {});
    EXPECT_LT(distance(x, batch.reference), 1e-12) << points;
    EXPECT_LT(problem.x_error(batch, x).maxCoeff(), 1e-10);
  }
}

TEST_P(PoissonBothWays, SolvesTheTransposedProblem) {
  const Problem one = poisson(8, GetParam()), other = poisson(8, GetParam() == "solve" ? "laplacian" : "solve");
  Rng rng(2, "poisson");
  const Matrix u = rng.uniform_matrix(64, 3, -1, 1);
  EXPECT_LT(distance(one.simulator->run(u, {}), invert_uncounted(*other.inverse, u, u, {})), 1e-15);
}

TEST(Poisson, FieldsAreSmoothWithUnitVariance) {
  const Problem problem = poisson(8, "laplacian");
  Rng rng(3, "poisson");
  const Matrix x = problem.sample(rng, 200).reference;
  EXPECT_LT(x.colwise().mean().cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_LT(distance(x.colwise().squaredNorm(), Matrix::Constant(1, 200, 64.0)), 1e-12);
  // Neighbours of white noise differ by sqrt(2) standard deviations.
  double squares = 0;
  for (Index row = 0; row + 1 < 8; ++row) squares += (x.row(row + 1) - x.row(row)).squaredNorm();
  EXPECT_LT(std::sqrt(squares / (7 * 200)), 0.9);
}

}  // namespace
}  // namespace physgrad::testing
