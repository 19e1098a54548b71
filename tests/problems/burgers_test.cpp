// The pseudo-spectral Burgers solver against conservation, its own convergence and the exact solution.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

using std::numbers::pi;

constexpr double nu = 0.04, end_time = 0.5;  // on [0, 2)

Problem burgers(Index points, Index steps) {
  return problem_with("burgers", {{"points", static_cast<double>(points)},
                                  {"steps", static_cast<double>(steps)},
                                  {"length", 2.0},
                                  {"nu", nu},
                                  {"duration", end_time}});
}

Vector on_grid(Index points, const std::function<double(double)>& f) {
  Vector u(points);
  for (Index n = 0; n < points; ++n) u[n] = f(2.0 * static_cast<double>(n) / static_cast<double>(points));
  return u;
}

Matrix every(const Matrix& u, Index stride) { return u(Eigen::seq(0, Eigen::last, stride), Eigen::all); }

double smooth(double x) {
  return 0.4 * std::sin(pi * x) - 0.3 * std::cos(pi * x) + 0.2 * std::sin(2 * pi * x) + 0.1 * std::cos(2 * pi * x);
}

// An initial velocity mean - sin(pi x) and the state at `end_time` by Cole (1951) and Hopf (1950):
//   u(x, t) = int (x - e) / t exp(-G / 2 nu) de / int exp(-G / 2 nu) de, G = int_0^e u_0 + (x - e)^2 / 2 t.
// The integrand is analytic and decays like a Gaussian of width sqrt(2 nu t) = 0.2: the trapezoidal rule is exact.
double cole_hopf(double x, double mean) {
  double above = 0.0, below = 0.0;
  for (int i = -6000; i <= 6000; ++i) {
    const double d = 5e-4 * i, e = x - d;
    const double potential = mean * e + (std::cos(pi * e) - 1.0) / pi + d * d / (2.0 * end_time);
    const double weight = std::exp(-potential / (2.0 * nu));
    above += d / end_time * weight;
    below += weight;
  }
  return above / below;
}

double exact_error(Index points, Index steps, double mean) {
  const Vector start = on_grid(points, [mean](double x) { return mean - std::sin(pi * x); });
  const Vector end = on_grid(points, [mean](double x) { return cole_hopf(x, mean); });
  return distance(burgers(points, steps).simulator->run(start, {}), end);
}

// exp(-nu (pi k)^2 end_time) is 7.2e-3 for k = 5 and 8.2e-4 for k = 6.
TEST(Burgers, ErrorsOfXInErasedModesAreNotErrorsOfWhatIsDetermined) {
  const Problem problem = problem_with("burgers");
  Rng rng(1, "burgers");
  const Batch batch = problem.sample(rng, 2);
  for (const int mode : {1, 5, 6, 16}) {
    const Vector planted = on_grid(32, [mode](double x) { return 0.5 * std::cos(mode * pi * x + 0.4); });
    const Matrix x = batch.reference.colwise() + planted;
    const Vector all = problem.x_error(batch, x), determined = problem.x_error_determined(batch, x);
    EXPECT_GT(all.minCoeff(), 5) << mode;
    EXPECT_LT(mode <= 5 ? distance(all, determined) : determined.maxCoeff(), 1e-11) << mode;
  }
}

TEST(Burgers, MeanIsConserved) {
  Rng rng(1, "burgers");
  const Problem problem = problem_with("burgers");
  Matrix start = problem.sample(rng, 10).reference;
  start.rowwise() += rng.uniform_matrix(1, 10, -1, 1).row(0);
  EXPECT_LT(distance(problem.simulator->run(start, {}).colwise().mean(), start.colwise().mean()), 1e-14);
}

TEST(Burgers, TimeSteppingHasOrderFour) {
  const Vector start = on_grid(32, smooth);
  const auto run = [&](Index steps) { return burgers(32, steps).simulator->run(start, {}); };
  const Matrix reference = run(2048);
  const double coarse = distance(run(64), reference), fine = distance(run(128), reference);
  EXPECT_NEAR(std::log2(coarse / fine), 4.0, 0.25);
  EXPECT_LT(fine, 1e-8);
}

TEST(Burgers, SpaceDiscretisationConvergesSpectrally) {
  const auto run = [](Index points) { return burgers(points, 1024).simulator->run(on_grid(points, smooth), {}); };
  const Matrix reference = run(128);
  const double coarse = distance(run(32), every(reference, 4)), fine = distance(run(64), every(reference, 2));
  EXPECT_LT(coarse, 1e-4);
  EXPECT_LT(fine, 1e-3 * coarse);  // second order: 0.25
}

TEST(Burgers, AgreesWithTheColeHopfSolution) {
  EXPECT_LT(exact_error(64, 256, 0.0), 1e-5);
  EXPECT_LT(exact_error(128, 1024, 0.0), 1e-10);
  EXPECT_LT(exact_error(128, 1024, 0.3), 1e-10);
}

// Errors of the inverse from nothing in units of what doing nothing, x = y*, is wrong by.
struct InverseErrors {
  double total, median, residual;
};

InverseErrors inverse_errors(const SettingMap& changes) {
  const Problem problem = problem_with("burgers", changes);
  Rng rng(2, "burgers");
  const Batch batch = problem.sample(rng, 255);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(batch.target.rows(), 255), {});
  EXPECT_TRUE(x.allFinite());
  const Matrix error = x - batch.reference, nothing = batch.target - batch.reference;
  Vector ratio = (error.colwise().norm().array() / nothing.colwise().norm().array()).transpose();
  std::nth_element(ratio.begin(), ratio.begin() + 127, ratio.end());
  return {error.norm() / nothing.norm(), ratio[127],
          (problem.simulator->run(x, {}) - batch.target).norm() / batch.target.norm()};
}

// A few strongly steepened samples dominate the total; the damping keeps their fine scales back.
TEST(BurgersInverse, RecoversTheInitialVelocityFromNothing) {
  const InverseErrors errors = inverse_errors({});
  EXPECT_LT(errors.median, 0.02);
  EXPECT_LT(errors.total, 0.2);
  EXPECT_LT(errors.residual, 1e-4);
}

TEST(BurgersInverse, RecoversMoreWithLessDampingWhereTheGridResolvesThePotential) {
  double before = 1.0;
  for (const double damping : {1e-4, 1e-6, 1e-8}) {
    const double total = inverse_errors({{"points", 64.0}, {"steps", 128.0}, {"inverse_damping", damping}}).total;
    EXPECT_LT(total, 0.5 * before) << "damping " << damping;
    before = total;
  }
  EXPECT_LT(before, 0.03);
}

TEST(BurgersInverse, RecoversAMovedMean) {
  const Problem problem = problem_with("burgers");
  const Vector start = on_grid(32, [](double x) { return 0.3 + 0.2 * std::sin(pi * x); });
  const Matrix y = problem.simulator->run(start, {});
  const Matrix x = invert_uncounted(*problem.inverse, y, Matrix::Zero(32, 1), {});
  EXPECT_LT(distance(x, start), 1e-5);
}

TEST(BurgersInverse, LeavesASolutionAlone) {
  const Problem problem = problem_with("burgers");
  Rng rng(3, "burgers");
  const Batch batch = problem.sample(rng, 16);
  EXPECT_LT(distance(invert_uncounted(*problem.inverse, batch.target, batch.reference, {}), batch.reference), 1e-9);
}

}  // namespace
}  // namespace physgrad::testing
