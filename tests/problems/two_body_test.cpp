// The two-body problem against what celestial mechanics says.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

constexpr double mu = 4.0;

Matrix energy(const Matrix& s) {
  return 0.5 * s.bottomRows(2).colwise().squaredNorm() - mu * s.topRows(2).colwise().norm().cwiseInverse();
}
Matrix angular_momentum(const Matrix& s) { return s.row(0).cwiseProduct(s.row(3)) - s.row(1).cwiseProduct(s.row(2)); }

TEST(TwoBody, UncontrolledOrbitsConserveEnergyAndAngularMomentum) {
  const Problem problem = problem_with("two-body", {{"mu", mu}});  // otherwise as everybody runs it
  Rng rng(1, "two-body");
  const Matrix start = problem.sample(rng, 1000).context;
  const Matrix end = problem.simulator->run(Matrix::Zero(problem.simulator->controls(), 1000), start);
  EXPECT_GT(distance(end, start), 1.0);
  EXPECT_LT(distance(energy(end), energy(start)), 1e-6);
  EXPECT_LT(distance(angular_momentum(end), angular_momentum(start)), 1e-6);
}

TEST(TwoBody, KeplerOrbitReturnsAfterItsPeriod) {
  Vector start(4);
  start << 1.0, 0.0, 0.0, 2.2;  // at the pericentre of an ellipse of eccentricity 0.21
  const double semi_major_axis = 1.0 / (2.0 - 2.2 * 2.2 / mu);
  const double period = 2.0 * std::numbers::pi * std::sqrt(std::pow(semi_major_axis, 3) / mu);
  const auto orbit = [&](double steps, double duration) -> Vector {
    const Problem problem = problem_with("two-body", {{"mu", mu}, {"steps", steps}, {"duration", duration}});
    return problem.simulator->run(Matrix::Zero(16, 1), start);
  };
  const auto error = [&](double steps) { return distance(orbit(steps, period), start); };
  EXPECT_LT(error(4096.0), 1e-9);
  EXPECT_NEAR(std::log2(error(512.0) / error(1024.0)), 4.0, 0.3);
  Vector apocentre(4);  // a (1 + e) = 2 a - 1 from the centre, the speed by conservation of angular momentum
  apocentre << -(2.0 * semi_major_axis - 1.0), 0.0, 0.0, -2.2 / (2.0 * semi_major_axis - 1.0);
  EXPECT_LT(distance(orbit(4096.0, period / 2.0), apocentre), 1e-9);
}

TEST(TwoBody, CircularOrbitOfRadiusOneHasPeriodPi) {
  Vector start(4);
  start << 1.0, 0.0, 0.0, 2.0;
  const Problem problem = problem_with("two-body", {{"mu", mu}, {"steps", 2048.0}, {"duration", std::numbers::pi}});
  EXPECT_LT(distance(problem.simulator->run(Matrix::Zero(16, 1), start), start), 1e-9);
}

TEST(TwoBody, InverseReachesReachableTargets) {
  const Problem problem = problem_with("two-body");
  Rng rng(2, "two-body");
  const Batch batch = problem.sample(rng, 64);
  const Matrix thrust = rng.uniform_matrix(16, 64, -0.5, 0.5), nothing = Matrix::Zero(16, 64);
  const Matrix reachable = problem.simulator->run(thrust, batch.context);
  EXPECT_GT(distance(problem.simulator->run(nothing, batch.context), reachable), 0.1);
  const Matrix x = invert_uncounted(*problem.inverse, reachable, nothing, batch.context);
  EXPECT_LT(distance(problem.simulator->run(x, batch.context), reachable), 1e-10);
  EXPECT_LT(x.norm(), thrust.norm());  // it looks for a small change
}

TEST(TwoBody, InverseReachesTheTargetsOfTheData) {
  const Problem problem = problem_with("two-body");
  Rng rng(3, "two-body");
  const Batch batch = problem.sample(rng, 256);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(16, 256), batch.context);
  EXPECT_LT(distance(problem.simulator->run(x, batch.context), batch.target), 1e-10);
}

TEST(TwoBody, StepsThatDoNotDivideAreRefused) {
  EXPECT_THROW((void)problem_with("two-body", {{"steps", 65.0}}), UsageError);
}

}  // namespace
}  // namespace physgrad::testing
