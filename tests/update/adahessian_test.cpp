// AdaHessian against another implementation, whose Hessian products are exact, and by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "update/one_update.hpp"
#include "update/three_updates.hpp"

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
  // In the first update x_2 is 3 and the second derivative 108.
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
  // The gradient exp(2 x) is finite up to x = 354.89135, and the difference goes 1e-4 to each side.
  data.theta.setZero();
  data.theta(data.theta.size() - 1) = 354.8913;
  Meter meter;
  Evaluation at(pair.problem, data.theta, batch, meter, true);
  Vector update;
  StepReport report;
  pair.method->update(at, {}, update, report);
  EXPECT_TRUE(at.gradient().allFinite());
  EXPECT_FALSE(update.allFinite());
  EXPECT_FALSE(report.kernel_failure.empty());
}

// An implementation in JAX, double precision, with exact Hessian products and a Mersenne twister of its own, from the
// formulas of docs/methods.md and the batches and weights that `inspect --seed 1 --batch 12` writes. What differs is
// the error of the difference, up to 1.4e-10 of D's norm in these updates, which small entries of D, as divisors,
// amplify; round-off of the gradients besides, 2e-8 of the update where sums are taken in another order.
TEST(AdaHessian, ThreeUpdatesAreThoseOfAnotherImplementation) {
  const std::vector<std::string> settings = {"rate=1e-2", "hessian_power=0.5", "hessian_every=1", "epsilon=1e-4"};
  expect_updates(
      three_updates("coupled-oscillators", "dp-adahessian", settings),
      {{0.08292778395657008, 0.000896452429996492, 0.0001502771204440881, -0.0003650568706767936, 0.4934180077165641},
       {0.03507500641788654, 0.0006553572527290462, -6.478182550285429e-05, -0.0001761096446722561, 0.6137712407280472},
       {0.02387663274329243, 0.0003319606300331596, 2.967774835312416e-05, -0.0001674194644147569, 0.4949006517280094}},
      3e-7);
  expect_updates(
      three_updates("exponential", "dp-adahessian", settings),
      {{0.08452929418212936, -5.250651630489487e-05, -8.493036616520031e-05, -0.004998820712031366, 0.3893781565281771},
       {0.0352712404566502, -3.209820189863899e-05, -7.651437942236564e-05, -0.004676510166421614, 0.2841696357663952},
       {0.03384059458814989, -2.112588979473115e-05, -6.8246335130779e-05, -0.004645629227665909, 0.233160792032792}},
      3e-7);
  expect_updates(
      three_updates("exponential", "dp-adahessian",
                    {"rate=1e-2", "hessian_power=1", "hessian_every=2", "epsilon=1e-4"}),
      {{2.82170529401197, -0.002259340700251827, -0.0002760052440801177, -0.002404070499485548, 0.1861241682115897},
       {1.505625659843182, -0.0006718317352421135, -8.060826604348016e-05, -0.00149655635362422, 0.1338141429063343},
       {0.2071392379619606, -0.0005135361847802118, -1.146141197744114e-05, -0.001379055550946558,
        0.08861625868028915}},
      3e-7);
}

}  // namespace
}  // namespace physgrad::testing
