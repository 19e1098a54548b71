// Two waves and the scaling of the second.
#include <gtest/gtest.h>

#include <cmath>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

TEST(ScaledFit, LambdaScalesTheSecondOutputAlone) {
  const Problem problem = problem_with("scaled-fit", {{"lambda", 0.01}});
  const Matrix x = (Matrix(2, 1) << 2.0, 3.0).finished();
  EXPECT_LT(distance(problem.simulator->run(x, {}), (Matrix(2, 1) << 2.0, 0.03).finished()), 1e-16);
}

TEST(ScaledFit, TargetsAreTheTwoWavesWhateverLambda) {
  Rng one(1, "fit"), other(1, "fit");
  const Batch batch = problem_with("scaled-fit", {{"lambda", 0.01}}).sample(one, 9);
  EXPECT_EQ(batch.target, problem_with("scaled-fit").sample(other, 9).target);
  for (Index i = 0; i < 9; ++i) {
    const double t = batch.input(0, i);
    EXPECT_NEAR(batch.target(0, i), std::sin(6.0 * t), 1e-15);
    EXPECT_NEAR(batch.target(1, i), std::cos(9.0 * t), 1e-15);
    EXPECT_NEAR(batch.reference(1, i), 100.0 * std::cos(9.0 * t), 1e-12);
  }
}

TEST(ScaledFit, InverseIsExact) {
  const Problem problem = problem_with("scaled-fit", {{"lambda", 0.01}});
  Rng rng(2, "fit");
  const Batch batch = problem.sample(rng, 9);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(2, 9), {});
  EXPECT_LT(distance(problem.simulator->run(x, {}), batch.target), 1e-15);
  EXPECT_LT(problem.x_error(batch, x).maxCoeff(), 1e-12);
}

}  // namespace
}  // namespace physgrad::testing
