// What a step costs beside seconds, counted by hand.
#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

constexpr double kBatch = 16;

CellRecord run(const std::string& problem, const std::string& method, long steps,
               const std::vector<std::string>& changes = {}) {
  std::vector<SettingOverride> overrides = {parse_override(built_in(), "batch=16"),
                                            parse_override(built_in(), "samples=64"),
                                            parse_override(built_in(), "test_samples=8")};
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), problem, method, overrides);
  TrainOptions options;
  options.max_steps = steps;
  return train(pair.problem, *pair.method, options, {});
}

/// Of one step, which the second one repeats.
Costs step_costs(const std::string& problem, const std::string& method, const std::vector<std::string>& changes = {}) {
  const Costs one = run(problem, method, 1, changes).costs, two = run(problem, method, 2, changes).costs;
  EXPECT_EQ(two.simulations, 2 * one.simulations);
  EXPECT_EQ(two.flops, 2 * one.flops);
  return one;
}

TEST(Costs, AGradientIsOneRunAndOneProductOfEachSample) {
  const Costs costs = step_costs("coupled-oscillators", "dp-adam");
  EXPECT_EQ(costs.simulations, kBatch);
  EXPECT_EQ(costs.simulator_vjps, kBatch);
  EXPECT_EQ(costs.simulator_jvps, 0);
  EXPECT_EQ(costs.network_passes, kBatch);
  EXPECT_EQ(costs.network_vjps, kBatch);
  EXPECT_EQ(costs.decompositions, 0);
  EXPECT_EQ(costs.sample_decompositions, 0);
}

TEST(Costs, AHalfInverseIsAProductPerOutputAndOneDecomposition) {
  const Costs costs = step_costs("coupled-oscillators", "hig", {"kernel=svd"});
  EXPECT_EQ(costs.simulations, kBatch);
  EXPECT_EQ(costs.simulator_vjps, 4 * kBatch);  // four outputs
  EXPECT_EQ(costs.network_vjps, 4 * kBatch);
  EXPECT_EQ(costs.decompositions, 1);
  const double m = 4 * kBatch, n = 1444;
  EXPECT_GT(costs.flops, 14 * m * m * n);
  EXPECT_LT(costs.flops, 16 * m * m * n);
}

TEST(Costs, AnotherKernelTakesFewerOperations) {
  const auto flops = [](const char* kernel) {
    return step_costs("coupled-oscillators", "hig", {std::string("kernel=") + kernel}).flops;
  };
  EXPECT_LT(flops("gram"), 0.3 * flops("qr-svd"));
  EXPECT_LT(flops("qr-svd"), 0.6 * flops("svd"));
}

TEST(Costs, AnInverseSimulatorsOwnRunsCount) {
  // The state, the run inside the inverse, the one that checks it; and the inverse's Jacobian at rest.
  const Costs affine = step_costs("coupled-oscillators", "pg");
  EXPECT_EQ(affine.simulations, 3 * kBatch + 1);
  EXPECT_EQ(affine.simulator_vjps, 4);
  EXPECT_EQ(affine.sample_decompositions, 1);
  // An iteration runs as often as it needs.
  EXPECT_GT(run("two-body", "pg", 1).costs.simulations, 4 * kBatch);
}

TEST(Costs, GaussNewtonDecomposesEverySampleOfANonlinearMap) {
  EXPECT_EQ(step_costs("nonlinear-oscillators", "pg-gn").sample_decompositions, kBatch);
  // Chains of linear springs have one control Jacobian.
  const Costs costs = step_costs("coupled-oscillators", "pg-gn");
  EXPECT_EQ(costs.sample_decompositions, 1);
  EXPECT_EQ(costs.simulator_vjps, 4 * kBatch);
}

TEST(Costs, ALineSearchPaysForEveryTrial) {
  const Costs costs = run("coupled-oscillators", "dp-lbfgs", 3).costs;
  EXPECT_GE(costs.simulations, 3 * 2 * kBatch);
  EXPECT_EQ(costs.simulations, costs.network_passes);
}

TEST(Costs, EvaluationIsNotCounted) {
  const auto simulations = [](const char* held_out) {
    return run("coupled-oscillators", "dp-adam", 3, {held_out}).costs.simulations;
  };
  EXPECT_EQ(simulations("test_samples=8"), simulations("test_samples=800"));
}

TEST(Costs, TheCurveCarriesTheCallsUpToEachPoint) {
  const CellRecord record = run("coupled-oscillators", "dp-adam", 8);
  for (const CurvePoint& point : record.curve)
    EXPECT_EQ(point.simulator_calls, 2 * kBatch * static_cast<double>(point.step));
}

TEST(Costs, EveryMethodOfTheCatalogueCounts) {
  for (const std::string& method : built_in().method_names()) {
    if (!skip_reason(built_in(), "two-body", method).empty()) continue;
    const Costs costs = run("two-body", method, 2).costs;
    EXPECT_GE(costs.simulations, 2 * kBatch) << method;
    EXPECT_GE(costs.network_passes, 2 * kBatch) << method;
    EXPECT_GT(costs.flops, 0) << method;
  }
}

}  // namespace
}  // namespace physgrad::testing
