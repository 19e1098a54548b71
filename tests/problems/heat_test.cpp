// The heat equation mode by mode.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <utility>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

using std::numbers::pi;

Vector wave(Index points, Index mode, double phase) {
  Vector u(points);
  for (Index n = 0; n < points; ++n)
    u[n] = std::cos(2.0 * pi * static_cast<double>(mode * n % points) / static_cast<double>(points) + phase);
  return u;
}

class HeatOnARing : public ::testing::TestWithParam<Index> {};
INSTANTIATE_TEST_SUITE_P(Points, HeatOnARing, ::testing::Values(2, 5, 64, 101));

TEST_P(HeatOnARing, EveryModeDecaysByItsExactFactor) {
  const Index points = GetParam();
  for (const double nu_t : {0.0, 0.3, 8.0}) {
    const Problem problem = problem_with("heat", {{"points", static_cast<double>(points)}, {"nu_t", nu_t}});
    for (Index mode = 0; 2 * mode <= points; ++mode) {
      const double k = static_cast<double>(mode) / static_cast<double>(points);
      const Vector u = wave(points, mode, 2 * mode == points ? 0.0 : 0.7);
      const Vector expected = std::exp(-4.0 * pi * pi * k * k * nu_t) * u;
      EXPECT_LT(distance(problem.simulator->run(u, {}), expected), 1e-13) << "mode " << mode << ", nu_t " << nu_t;
    }
  }
}

TEST_P(HeatOnARing, MeanIsConserved) {
  const Problem problem = problem_with("heat", {{"points", static_cast<double>(GetParam())}});
  Rng rng(1, "heat");
  const Matrix u = rng.uniform_matrix(GetParam(), 10, -1, 2);
  EXPECT_LT(distance(problem.simulator->run(u, {}).colwise().mean(), u.colwise().mean()), 1e-14);
}

// exp(-8 (2 pi k / 64)^2) is 1.9e-3 for k = 9 and 4.5e-4 for k = 10.
TEST(HeatErrorOfX, CountsWhatDiffusionLeavesAndNoMore) {
  const Problem problem = problem_with("heat");
  Rng rng(1, "heat");
  const Batch batch = problem.sample(rng, 2);
  const auto errors = [&](Index mode) {
    const Matrix x = batch.reference.colwise() + 0.5 * wave(64, mode, 0.4);
    return std::pair(problem.x_error(batch, x), problem.x_error_determined(batch, x));
  };
  for (const Index kept : {0, 1, 9}) EXPECT_LT(distance(errors(kept).first, errors(kept).second), 1e-11) << kept;
  for (const Index erased : {10, 20, 32}) {
    EXPECT_GT(errors(erased).first.minCoeff(), 10) << erased;
    EXPECT_LT(errors(erased).second.maxCoeff(), 1e-11) << erased;
  }
}

TEST(HeatInverse, RecoversASmoothFieldFromNothing) {
  const Problem problem = problem_with("heat");
  const Vector field = 2.0 * wave(64, 0, 0.0) + wave(64, 1, 0.3) + 0.5 * wave(64, 3, 1.1) + 0.25 * wave(64, 6, 2.0);
  const Matrix y = problem.simulator->run(field, {});
  const Matrix x = invert_uncounted(*problem.inverse, y, Matrix::Zero(64, 1), {});
  EXPECT_GT(distance(y, field), 0.1);
  EXPECT_LT(distance(x, field), 1e-10);
}

// A bump has all modes; the ones that drown in the noise the inverse assumes stay lost.
TEST(HeatInverse, RecoversABumpAsFarAsItsModesSurvive) {
  const Problem problem = problem_with("heat");
  Vector bump(64);
  for (Index n = 0; n < 64; ++n) bump[n] = std::exp(-0.5 * std::pow(static_cast<double>(n - 32) / 4.0, 2));
  const Matrix y = problem.simulator->run(bump, {});
  const Matrix x = invert_uncounted(*problem.inverse, y, Matrix::Zero(64, 1), {});
  EXPECT_GT(distance(y, bump), 0.1);
  EXPECT_LT(distance(x, bump), 1e-3 * distance(y, bump));
}

TEST(HeatInverse, ImprovesOnTheDiffusedDataAndReproducesThem) {
  const Problem problem = problem_with("heat");
  Rng rng(2, "heat");
  const Batch batch = problem.sample(rng, 256);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, batch.target, batch.context);
  EXPECT_LT((x - batch.reference).norm(), 0.3 * (batch.target - batch.reference).norm());
  EXPECT_LT((problem.simulator->run(x, {}) - batch.target).norm(), 1e-5 * batch.target.norm());
}

TEST(HeatInverse, LeavesASolutionAlone) {
  const Problem problem = problem_with("heat");
  Rng rng(3, "heat");
  const Batch batch = problem.sample(rng, 16);
  EXPECT_LT(distance(invert_uncounted(*problem.inverse, batch.target, batch.reference, {}), batch.reference), 1e-12);
}

}  // namespace
}  // namespace physgrad::testing
