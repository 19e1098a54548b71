// Published end points that involve the whole chain.
#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/update/evaluation.hpp"

namespace physgrad::testing {
namespace {

/// theta after `steps` updates on a problem without a network.
Vector iterate(const std::string& problem, const std::string& method, int steps) {
  ResolvedPair pair = resolve_pair(built_in(), problem, method, {});
  Rng rng(0, "data");
  const Batch batch = pair.problem.sample(rng, 1);
  Vector theta = pair.problem.start;
  Meter meter;
  for (int k = 0; k < steps; ++k) {
    Evaluation at(pair.problem, theta, batch, meter, pair.method->needs_derivatives());
    StepReport report;
    Vector update;
    pair.method->update(at, {}, update, report);
    theta += update;
  }
  return theta;
}

void expect_point(const Vector& theta, double first, double second) {
  EXPECT_NEAR(theta(0), first, 1e-6);
  EXPECT_NEAR(theta(1), second, 1e-6);
}

TEST(Quadratic, GradientDescentEndsWhereTheBookSays) {
  expect_point(iterate("quadratic", "dp-sgd", 10), 2.4512184, 0.9617115);
}
TEST(Quadratic, NewtonEndsWhereTheBookSays) {
  expect_point(iterate("quadratic", "pg-newton", 10), 0.0520246, 0.9238384);
}
TEST(Quadratic, PhysicalGradientEndsWhereTheBookSays) {
  expect_point(iterate("quadratic", "pg", 10), 0.0847426, 0.50421);
}

}  // namespace
}  // namespace physgrad::testing
