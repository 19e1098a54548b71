// The exponential function and its inverse, the unreachable half-line included.
#include <gtest/gtest.h>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

TEST(Exponential, InverseIsTheLogarithm) {
  const Problem problem = problem_with("exponential");
  Rng rng(1, "exponential");
  const Batch batch = problem.sample(rng, 100);
  EXPECT_GE(batch.reference.minCoeff(), -12.0);
  EXPECT_LE(batch.reference.maxCoeff(), 0.0);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Constant(1, 100, 3.0), {});
  EXPECT_LT(distance(x, batch.reference), 1e-13);
  EXPECT_LT(problem.x_error(batch, x).maxCoeff(), 1e-13);
}

TEST(Exponential, UnreachableTargetsAreApproached) {
  const Problem problem = problem_with("exponential");
  const Matrix near = (Matrix(1, 2) << 0.5, -4.0).finished(), wished = (Matrix(1, 2) << 0.0, -1.0).finished();
  const Matrix x = invert_uncounted(*problem.inverse, wished, near, {});
  ASSERT_TRUE(x.allFinite());
  const Matrix before = problem.simulator->run(near, {}), after = problem.simulator->run(x, {});
  for (Index i = 0; i < 2; ++i) EXPECT_LT(after(0, i) - wished(0, i), before(0, i) - wished(0, i));
}

}  // namespace
}  // namespace physgrad::testing
