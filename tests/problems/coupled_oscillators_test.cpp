// The linear spring chain against the matrix exponential.
#include <gtest/gtest.h>

#include <Eigen/SVD>
#include <cmath>
#include <unsupported/Eigen/MatrixFunctions>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

constexpr double coupling = 0.2;

// d/dt (positions, velocities, control) of the chain as the problem's comment states it; the control is constant.
Matrix generator(Index masses) {
  Matrix a = Matrix::Zero(2 * masses + 1, 2 * masses + 1);
  for (Index i = 0; i < masses; ++i) {
    a(i, masses + i) = 1.0;
    a(masses + i, i) = -1.0;
    for (const Index j : {i - 1, i + 1})
      if (j >= 0 && j < masses) {
        a(masses + i, j) += coupling;
        a(masses + i, i) -= coupling;
      }
  }
  a(2 * masses - 1, 2 * masses) = 1.0;
  return a;
}

// The state after one `step` [2n+1 x 2n+1] per control.
Matrix propagate(const Matrix& step, const Matrix& controls, const Matrix& start) {
  Matrix s(start.rows() + 1, start.cols());
  s << start, Matrix::Zero(1, start.cols());
  for (Index k = 0; k < controls.rows(); ++k) {
    s.bottomRows(1) = controls.row(k);
    s = step * s;
  }
  return s.topRows(start.rows());
}

Problem chain(Index masses, Index steps, double dt) {
  return problem_with("coupled-oscillators", {{"oscillators", static_cast<double>(masses)},
                                              {"steps", static_cast<double>(steps)},
                                              {"dt", dt},
                                              {"coupling", coupling}});
}

class ChainOfMasses : public ::testing::TestWithParam<Index> {};
INSTANTIATE_TEST_SUITE_P(Lengths, ChainOfMasses, ::testing::Values(1, 2, 5));

// Runge-Kutta 4 on a linear system is the exponential's Taylor series up to the fourth power.
TEST_P(ChainOfMasses, OneStepIsTheTaylorPolynomialOfTheExponential) {
  const Index masses = GetParam(), steps = 24;
  Rng rng(1, "chain");
  const Matrix start = rng.uniform_matrix(2 * masses, 3, 0, 1), u = rng.uniform_matrix(steps, 3, -1, 1);
  const Matrix h = 0.5 * generator(masses), one = Matrix::Identity(h.rows(), h.cols());
  const Matrix step = one + h * (one + h / 2 * (one + h / 3 * (one + h / 4)));
  EXPECT_LT(distance(chain(masses, steps, 0.5).simulator->run(u, start), propagate(step, u, start)), 1e-13);
}

TEST_P(ChainOfMasses, ConvergesToTheMatrixExponentialWithOrderFour) {
  const Index masses = GetParam();
  Rng rng(2, "chain");
  const Matrix start = rng.uniform_matrix(2 * masses, 3, 0, 1), u = rng.uniform_matrix(24, 3, -1, 1);
  const Matrix exact = propagate((0.5 * generator(masses)).exp(), u, start);
  const auto error = [&](Index refinement) {
    Matrix repeated(24 * refinement, 3);
    for (Index k = 0; k < repeated.rows(); ++k) repeated.row(k) = u.row(k / refinement);
    const double dt = 0.5 / static_cast<double>(refinement);
    return distance(chain(masses, repeated.rows(), dt).simulator->run(repeated, start), exact);
  };
  EXPECT_NEAR(std::log2(error(8) / error(16)), 4.0, 0.1);
  EXPECT_LT(error(128), 1e-9);
}

TEST(CoupledOscillators, ControlMapHasThePublishedConditionNumber) {
  const Problem problem = problem_with("coupled-oscillators");
  const LinearizationPtr at = problem.simulator->linearize(Matrix::Zero(24, 1), Matrix::Zero(4, 1));
  const Vector sigma = Eigen::JacobiSVD<Matrix>(control_jacobians(*at, 24)).singularValues();
  EXPECT_NEAR(sigma[0] / sigma[3], 3.58, 0.005);
}

TEST(CoupledOscillators, InverseBringsEveryMassBack) {
  const Problem problem = problem_with("coupled-oscillators");
  Rng rng(3, "chain");
  const Batch batch = problem.sample(rng, 64);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(24, 64), batch.context);
  EXPECT_LT(distance(problem.simulator->run(x, batch.context), batch.target), 1e-12);
}

}  // namespace
}  // namespace physgrad::testing
