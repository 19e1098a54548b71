#include "physgrad/catalogue/search_space.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"

namespace physgrad::testing {
namespace {

TEST(Halton, FirstPointsAreTheRadicalInverses) {
  EXPECT_EQ(halton_point(1, 2), (std::vector<double>{0.5, 1.0 / 3}));
  EXPECT_NEAR(halton_point(6, 2)[0], 0.375, 1e-15);    // 110 in base 2 -> 0.011
  EXPECT_NEAR(halton_point(6, 2)[1], 2.0 / 9, 1e-15);  // 20 in base 3 -> 0.02
  EXPECT_THROW((void)halton_point(0, 1), std::invalid_argument);
  EXPECT_THROW((void)halton_point(1, 13), std::invalid_argument);
}

TEST(Halton, FillsEveryEighthOfAnAxisEqually) {
  int counts[8] = {};
  for (long i = 8; i < 72; ++i) ++counts[static_cast<int>(8 * halton_point(i, 1)[0])];
  for (const int count : counts) EXPECT_EQ(count, 8);
}

TEST(SearchSpace, StaysWithinWhatTheSettingsAllow) {
  for (const std::string problem : {"heat", "quadratic", "scaled-fit"})
    for (const std::string& method : built_in().method_names()) {
      const ResolvedPair pair = resolve_pair(built_in(), problem, method, {});
      for (const SearchRange& range : search_space(pair.method_specs, static_cast<double>(pair.problem.samples)))
        for (const double share : {0.0, 0.3, 1.0}) {
          SettingOverride change;
          change.key = range.key;
          change.value = range.at(share);
          EXPECT_NO_THROW((void)resolve_pair(built_in(), problem, method, {change})) << problem << method << range.key;
        }
    }
}

TEST(SearchSpace, HasTheSameDimensionsForMethodsWithTheSameSettings) {
  const auto keys = [](const std::string& method) {
    std::vector<std::string> result;
    for (const SearchRange& range : search_space(resolve_pair(built_in(), "heat", method, {}).method_specs, 2048))
      result.push_back(range.key);
    return result;
  };
  EXPECT_EQ(keys("hig"), (std::vector<std::string>{"rate", "batch", "tau"}));
  EXPECT_EQ(keys("gn"), keys("hig"));
  EXPECT_EQ(keys("dp-adam"), keys("dp-rmsprop"));
  // The steps' ranges come before those of the rule.
  EXPECT_EQ(keys("pg-hig"), (std::vector<std::string>{"rate", "batch", "tau", "physics_tau", "eta"}));
  EXPECT_EQ(keys("compose:physics=inverse,rule=muon"),
            (std::vector<std::string>{"rate", "batch", "physics_tau", "eta", "momentum", "bias_rate"}));
  EXPECT_EQ(keys("compose:physics=inverse,rule=muon,momentum=0"),
            (std::vector<std::string>{"rate", "batch", "physics_tau", "eta", "bias_rate"}));
  EXPECT_EQ(keys("lm"), (std::vector<std::string>{"batch", "damping"}));
  EXPECT_EQ(keys("spring"), (std::vector<std::string>{"rate", "batch", "damping", "momentum"}));
  EXPECT_EQ(keys("hessian-free"), (std::vector<std::string>{"batch", "damping", "iterations"}));
  EXPECT_EQ(keys("dp-lbfgs"), (std::vector<std::string>{"rate", "batch"}));
}

TEST(SearchSpace, RatesAreSearchedAroundTheirValueAndBelowOneWhereAnInverseScalesTheStep) {
  const auto ends = [](const std::string& method, double samples) {
    const ResolvedPair pair = resolve_pair(built_in(), "quadratic", method, {});
    std::vector<double> result;
    for (const SearchRange& range : search_space(pair.method_specs, samples))
      if (range.key == "rate" || range.key == "batch") result.insert(result.end(), {range.low, range.high});
    return result;
  };
  EXPECT_EQ(ends("compose:rule=sgd,rate=0.5", 2048), (std::vector<double>{0.5 / 100, 0.5 * 100, 8, 512}));
  EXPECT_EQ(ends("compose:physics=joint,rule=sgd,rate=0.5", 2048), (std::vector<double>{0.5 / 10, 1, 8, 128}));
  EXPECT_EQ(ends("compose:physics=joint,rule=sgd,rate=3", 100), (std::vector<double>{3.0 / 10, 3, 8, 100}));
  EXPECT_EQ(ends("compose:rule=sgd,rate=0.5", 4), (std::vector<double>{0.5 / 100, 0.5 * 100, 4, 4}));
  EXPECT_EQ(ends("compose:rule=sgd,rate=0", 1), std::vector<double>{});
}

}  // namespace
}  // namespace physgrad::testing
