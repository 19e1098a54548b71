#include "physgrad/catalogue/search_space.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"

namespace physgrad::testing {
namespace {

TEST(Halton, FirstPointsAreTheRadicalInverses) {
  EXPECT_EQ(radical_inverse(1, 2), 0.5);
  EXPECT_EQ(radical_inverse(1, 3), 1.0 / 3);
  EXPECT_NEAR(radical_inverse(6, 2), 0.375, 1e-15);    // 110 in base 2 -> 0.011
  EXPECT_NEAR(radical_inverse(6, 3), 2.0 / 9, 1e-15);  // 20 in base 3 -> 0.02
  EXPECT_THROW((void)radical_inverse(0, 2), std::invalid_argument);
}

TEST(Halton, FillsEveryEighthOfAnAxisEqually) {
  int counts[8] = {};
  for (long i = 8; i < 72; ++i) ++counts[static_cast<int>(8 * radical_inverse(i, 2))];
  for (const int count : counts) EXPECT_EQ(count, 8);
}

TEST(Halton, NoTwoAxesGoTogether) {
  const std::vector<long> bases = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  const auto axis = [](long base) {
    std::vector<double> at;
    for (long i = 1; i <= 23; ++i) at.push_back(radical_inverse(i, base, digit_factor(base)) - 0.5);
    return at;
  };
  const auto correlation = [](const std::vector<double>& a, const std::vector<double>& b) {
    const auto n = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
    const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      ab += (a[i] - mean_a) * (b[i] - mean_b);
      aa += (a[i] - mean_a) * (a[i] - mean_a);
      bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return std::abs(ab) / std::sqrt(aa * bb);
  };
  for (const long a : bases)
    for (const long b : bases) EXPECT_LT(a < b ? correlation(axis(a), axis(b)) : 0, 0.231) << a << " " << b;
  EXPECT_THROW((void)digit_factor(4), std::invalid_argument);
}

TEST(Halton, ASettingHasOneBaseWhereverItOccurs) {
  std::map<std::string, std::set<long>> bases;
  for (const std::string& problem : built_in().problem_names())
    for (const std::string& method : built_in().method_names()) {
      const ResolvedPair pair = resolve_pair(built_in(), problem, method, {});
      const std::vector<SearchRange> space = search_space(pair.method_specs, 2048);
      const std::vector<long> own = halton_bases(space);
      EXPECT_EQ(std::set<long>(own.begin(), own.end()).size(), own.size()) << method << ": two settings share a base";
      for (std::size_t d = 0; d < space.size(); ++d) bases[space[d].key].insert(own[d]);
    }
  for (const auto& [key, found] : bases) EXPECT_EQ(found.size(), 1u) << key;
  EXPECT_GE(bases.size(), 12u);
  std::vector<SearchRange> many;
  for (int i = 0; i < 12; ++i) many.push_back({"key" + std::to_string(i), 1, 2, true});
  const std::vector<long> primes = halton_bases(many);
  EXPECT_EQ(std::set<long>(primes.begin(), primes.end()).size(), 12u);
  many.push_back({"one more", 1, 2, true});
  EXPECT_THROW((void)halton_bases(many), std::invalid_argument);
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
  EXPECT_EQ(keys("hig"), (std::vector<std::string>{"rate", "batch", "tau", "accuracy", "schedule", "search"}));
  EXPECT_EQ(keys("gn"), keys("hig"));
  EXPECT_EQ(keys("dp-adam"), keys("dp-rmsprop"));
  // The steps' ranges come before those of the rule.
  EXPECT_EQ(keys("pg-hig"),
            (std::vector<std::string>{"rate", "batch", "tau", "accuracy", "physics_tau", "eta", "schedule"}));
  EXPECT_EQ(keys("compose:physics=inverse,rule=muon"),
            (std::vector<std::string>{"rate", "batch", "physics_tau", "eta", "momentum", "bias_rate", "schedule"}));
  EXPECT_EQ(keys("compose:physics=inverse,rule=muon,momentum=0"),
            (std::vector<std::string>{"rate", "batch", "physics_tau", "eta", "bias_rate", "schedule"}));
  EXPECT_EQ(keys("lm"), (std::vector<std::string>{"batch", "damping"}));
  EXPECT_EQ(keys("spring"), (std::vector<std::string>{"rate", "batch", "damping", "momentum", "schedule", "search"}));
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
  EXPECT_EQ(ends("compose:rule=sgd,rate=0.5", 2048), (std::vector<double>{0.5 / 100, 0.5 * 100, 2, 512}));
  EXPECT_EQ(ends("compose:physics=joint,rule=sgd,rate=0.5", 2048), (std::vector<double>{0.5 / 10, 1, 2, 128}));
  EXPECT_EQ(ends("compose:physics=joint,rule=sgd,rate=3", 100), (std::vector<double>{3.0 / 10, 3, 2, 100}));
  EXPECT_EQ(ends("compose:rule=sgd,rate=0.5", 4), (std::vector<double>{0.5 / 100, 0.5 * 100, 2, 4}));
  EXPECT_EQ(ends("compose:rule=sgd,rate=0", 1), std::vector<double>{});
}

TEST(SearchSpace, WordsHaveEqualPartsOfTheAxis) {
  const SearchRange words{"schedule", 0, 1, false, {"constant", "cosine"}};
  for (const auto& [share, word] : {std::pair(0.0, "constant"), {0.49, "constant"}, {0.5, "cosine"}, {1.0, "cosine"}})
    EXPECT_EQ(words.at(share), SettingValue(std::string(word))) << share;
}

TEST(SearchSpace, WhatChangesNothingIsNotSearched) {
  const auto keys = [](const std::string& set) {
    SettingOverride change = parse_override(built_in(), set);
    std::set<std::string> found;
    for (const SearchRange& range : search_space(resolve_pair(built_in(), "heat", "hig", {change}).method_specs, 2048))
      found.insert(range.key);
    return found;
  };
  EXPECT_TRUE(keys("hig.kernel=auto").contains("accuracy"));
  EXPECT_FALSE(keys("hig.kernel=svd").contains("accuracy"));
}

}  // namespace
}  // namespace physgrad::testing
