// AdaHessian against another implementation, whose Hessian products are exact, and by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

// L = x_1^2 + x_2^4 at (3, 3): the gradient is (6, 108), the Hessian diag(2, 108), whatever the signs.
TEST(AdaHessian, OfADiagonalHessianIsItsDiagonal) {
  OneUpdate newton("quadratic", "dp-adahessian", 1, {"rate=0.5", "hessian_power=1", "epsilon=0"});
  EXPECT_NEAR(newton.update(0), -0.5 * 6 / 2, 1e-9);
  EXPECT_NEAR(newton.update(1), -0.5 * 108 / 108, 1e-9);
  OneUpdate root("quadratic", "dp-adahessian", 1, {"rate=0.5", "hessian_power=0.5", "epsilon=0.25"});
  EXPECT_NEAR(root.update(0), -0.5 * 6 / (std::sqrt(2) + 0.25), 1e-9);
  EXPECT_NEAR(root.update(1), -0.5 * 108 / (std::sqrt(108) + 0.25), 1e-9);
}

TEST(AdaHessian, PaysTwoMoreGradientsWhereItMeasuresTheHessian) {
  for (const auto& [every, gradients] : {std::pair{"1", 9.0}, std::pair{"2", 7.0}, std::pair{"3", 5.0}}) {
    ResolvedPair pair = resolve_pair(
        built_in(), "two-body", "dp-adahessian",
        {parse_override(built_in(), std::string("hessian_every=") + every), parse_override(built_in(), "batch=16")});
    TrainOptions options;
    options.max_steps = 3;
    const Costs costs = train(pair.problem, *pair.method, options, {}).costs;
    EXPECT_EQ(costs.simulations, 16 * gradients) << every;
    EXPECT_EQ(costs.simulator_vjps, 16 * gradients) << every;
    EXPECT_EQ(costs.network_passes, 16 * gradients) << every;
    EXPECT_EQ(costs.network_vjps, 16 * gradients) << every;
  }
}

TEST(AdaHessian, KeepsTheHessianBetweenMeasurements) {
  // Whatever is measured only in the first of three updates on one batch.
  ResolvedPair pair =
      resolve_pair(built_in(), "quadratic", "dp-adahessian",
                   {parse_override(built_in(), "hessian_every=10"), parse_override(built_in(), "rate=1"),
                    parse_override(built_in(), "beta1=0"), parse_override(built_in(), "epsilon=0"),
                    parse_override(built_in(), "hessian_power=1")});
  Rng rng(0, "data");
  const Batch batch = pair.problem.sample(rng, 1);
  Vector theta = pair.problem.start, update;
  Meter meter;
  for (int t = 0; t < 3; ++t) {
    Evaluation at(pair.problem, theta, batch, meter, true);
    StepReport report;
    pair.method->update(at, {}, update, report);
    EXPECT_NEAR(update(1), -4 * std::pow(theta(1), 3) / 108, 1e-9);
    theta += update;
  }
}

// Where a step of the difference leaves what can be simulated there is no Hessian.
TEST(AdaHessian, SaysSoWhereTheGradientsBesideThetaAreNotFinite) {
  ResolvedPair pair = resolve_pair(built_in(), "exponential", "dp-adahessian", {});
  PreparedData data = prepare_data(pair.problem, 1);
  const Batch batch = select_samples(data.train, {0});
  // The gradient exp(2 x) is finite up to x = 354.891.
  data.theta.setZero();
  data.theta(data.theta.size() - 1) = 354.89;
  Meter meter;
  Evaluation at(pair.problem, data.theta, batch, meter, true);
  Vector update;
  StepReport report;
  pair.method->update(at, {}, update, report);
  EXPECT_TRUE(at.gradient().allFinite());
  EXPECT_FALSE(update.allFinite());
  EXPECT_FALSE(report.kernel_failure.empty());
}

}  // namespace
}  // namespace physgrad::testing
