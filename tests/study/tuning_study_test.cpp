// What a tuning study tries, and how it chooses.
#include "physgrad/study/tuning_study.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/core/numbers.hpp"

namespace physgrad::testing {
namespace {

Plan study_plan(const std::vector<std::string>& problems, const std::vector<std::string>& methods,
                const std::vector<std::string>& sets = {}) {
  RunRequest request;
  request.problems = problems;
  request.methods = methods;
  request.sets = sets;
  request.seeds = "100,101,102";
  return make_plan(built_in(), request);
}

StudiedPair trials_of(const std::string& problem, const std::string& method, const std::vector<std::string>& sets = {},
                      long trials = 24) {
  return planned_trials(study_plan({problem}, {method}, sets), problem, method, trials);
}

std::vector<SettingValue> column(const StudiedPair& pair, const std::string& key) {
  std::vector<SettingValue> values;
  for (const SettingMap& trial : pair.trials) values.push_back(trial.at(key));
  return values;
}

const SearchedSetting& range_of(const StudiedPair& pair, const std::string& key) {
  return *std::ranges::find(pair.searched, key, &SearchedSetting::key);
}

TEST(PlannedTrials, MethodsThatShareASettingHaveTheSamePointsInIt) {
  const StudiedPair adam = trials_of("heat", "dp-adam");
  for (const char* method : {"dp-adamw", "dp-rmsprop", "pg"})  // of the same default rate
    for (const char* key : {"rate", "batch", "schedule"})
      EXPECT_EQ(column(trials_of("heat", method), key), column(adam, key)) << method << " " << key;
  EXPECT_EQ(column(trials_of("heat", "gn"), "tau"), column(trials_of("heat", "hig"), "tau"));
  EXPECT_EQ(column(trials_of("heat", "pg"), "eta"), column(trials_of("heat", "pg-gn"), "eta"));
  EXPECT_EQ(adam.trials.size(), 24u);
}

TEST(PlannedTrials, TheFirstOneIsWhatTheMethodDeclares) {
  const SettingMap expected = {{"rate", 1e-3}, {"batch", 256.0}, {"schedule", std::string("constant")}};
  EXPECT_EQ(trials_of("heat", "dp-adam").trials.front(), expected);  // problems/heat.json has others
  // No batch is larger than the problem.
  EXPECT_EQ(trials_of("heat", "dp-adam", {"samples=100"}).trials.front().at("batch"), SettingValue(100.0));
}

TEST(PlannedTrials, TheProblemsFileDecidesWhatIsNotSearchedAndNothingElse) {
  const StudiedPair pair = trials_of("quadratic", "pg");
  EXPECT_EQ(pair.fixed, (SettingMap{{"rule", std::string("sgd")}}));
  // Its rate is the rule's, not that of the method's own rule, and not the file's either.
  EXPECT_EQ(pair.trials.front().at("rate"), SettingValue(0.01));
  const StudiedPair again = trials_of("quadratic", "pg");
  EXPECT_EQ(pair.trials, again.trials);
  EXPECT_EQ(trials_of("sine-map", "pg").fixed,
            (SettingMap{{"rule", std::string("adam")}, {"proxy", std::string("l1")}}));
}

TEST(PlannedTrials, WhatIsGivenOrIdleIsNotSearched) {
  const StudiedPair pair = trials_of("heat", "hig", {"hig.rate=0.5", "hig.kernel=svd"});
  std::set<std::string> searched;
  for (const SearchedSetting& each : pair.searched) searched.insert(each.key);
  EXPECT_EQ(searched,
            (std::set<std::string>{"batch", "schedule", "search", "tau"}));  // with this kernel accuracy does nothing
  EXPECT_EQ(pair.fixed.at("rate"), SettingValue(0.5));
  // One sample has no batch, and where nothing is left there is one trial.
  EXPECT_FALSE(trials_of("quadratic", "dp-adam").trials.front().contains("batch"));
  EXPECT_EQ(trials_of("quadratic", "ssbfgs").trials.size(), 1u);
}

TEST(PlannedTrials, NoTwoAreTheSame) {
  for (const char* method : {"lm", "ssbfgs", "dp-lbfgs"}) {
    const StudiedPair pair = trials_of("heat", method, {"samples=16", "test_samples=4"});
    EXPECT_EQ(std::set<SettingMap>(pair.trials.begin(), pair.trials.end()).size(), pair.trials.size()) << method;
  }
  // Powers of two from 2 to 16, and the default, which is cut to 16.
  EXPECT_LE(trials_of("heat", "ssbfgs", {"samples=16", "test_samples=4"}).trials.size(), 5u);
}

/// Every setting that a problem's file has is one that the study could have found, but for what diverges or is tuned to
/// one problem: K-FAC's damping of 2e-8 on heat, for one, is.
TEST(PlannedTrials, RangesHoldTheRatesThatProblemsUse) {
  for (const std::string& problem : built_in().problem_names())
    for (const auto& [method, settings] : problem_file(built_in(), problem).methods) {
      if (!settings.contains("rate") || (problem == "quadratic" && method == "dp-kfac")) continue;
      const double rate = std::get<double>(settings.at("rate"));
      const StudiedPair trials = trials_of(problem, method);
      if (settings.contains("search") && settings.at("search") == SettingValue(std::string("model"))) {
        EXPECT_EQ(std::get<double>(trials.fixed.at("rate")), rate) << "a bound, which is not searched";
        continue;
      }
      const SearchedSetting& range = range_of(trials, "rate");
      EXPECT_GE(rate, range.low) << problem << " " << method;
      EXPECT_LE(rate, range.high) << problem << " " << method;
    }
}

TEST(PlannedTrials, EveryPairOfTheCatalogueHasSome) {
  const Plan plan = study_plan({"all"}, {"all"});
  const auto pairs = study_pairs(plan, {});
  EXPECT_GT(pairs.size(), 300u);
  for (const auto& [problem, method] : pairs) {
    const StudiedPair pair = planned_trials(plan, problem, method, 24);
    EXPECT_LE(pair.trials.size(), 24u);
    EXPECT_LE(pair.searched.size(), 12u);
    EXPECT_EQ(pair.trials.empty() ? 0 : pair.trials.front().size(), pair.searched.size());
  }
}

TEST(StudyPairs, ShardsHoldEveryPairOnce) {
  const Plan plan = study_plan({"all"}, {"dp-adam", "pg", "hig", "lm"});
  std::vector<std::pair<std::string, std::string>> parts;
  std::size_t least = 1000, most = 0;
  for (std::size_t i = 1; i <= 3; ++i) {
    const auto part = study_pairs(plan, {.shard = Shard{i, 3}});
    least = std::min(least, part.size());
    most = std::max(most, part.size());
    parts.insert(parts.end(), part.begin(), part.end());
  }
  auto all = study_pairs(plan, {});
  std::ranges::sort(parts);
  std::ranges::sort(all);
  EXPECT_EQ(parts, all);
  EXPECT_LE(most - least, 1u);
}

/// A catalogue in which a problem's file says what its settings cost.
Plan plan_with_costs(const std::vector<std::string>& sets, const std::string& profile = "") {
  ProblemEntry entry = built_in().problem("quadratic");
  entry.name = "parabola";
  const std::string key = "\"tuning\": {";
  entry.json.insert(entry.json.find(key) + key.size(),
                    R"("trials": 24, "seconds": {"dp-adam": 12.5, "gn": 7, "dp-sgd": 3}, )");
  Catalogue catalogue = built_in();
  catalogue.add(entry);
  RunRequest request;
  request.problems = {"parabola"};
  if (profile.empty()) request.methods = {"dp-adam", "gn", "pg"};
  request.profile = profile;
  request.sets = sets;
  return make_plan(catalogue, request);
}

TEST(TuningCosts, AreThoseOfThePairsThatHaveTheirDefaultSettings) {
  const Plan plan = plan_with_costs({});
  ASSERT_EQ(plan.tuning.size(), 2u);
  EXPECT_EQ(plan.tuning[0].method, "dp-adam");
  EXPECT_EQ(plan.tuning[0].seconds, 12.5);
  EXPECT_EQ(plan.tuning[0].trials, 24);
  ASSERT_EQ(plan_with_costs({"gn.rate=0.5"}).tuning.size(), 1u);
  EXPECT_EQ(plan_with_costs({"rate=0.5"}).tuning.size(), 0u);
  EXPECT_EQ(plan_with_costs({}, "paper").tuning.size(), 0u);
}

TEST(Halving, KeepsTheSmallestThatAreFinite) {
  EXPECT_EQ(best_trials({3, kInfinity, 1, 2, 1}, 3), (std::vector<long>{2, 4, 3}));
  EXPECT_EQ(best_trials({kInfinity, 5}, 3), std::vector<long>{1});
  EXPECT_EQ(best_trials({kInfinity}, 3), std::vector<long>{});
}

TEST(Halving, ChoosesTheSmallestMedianInWhichFailuresAreInfinite) {
  EXPECT_EQ(chosen_trial({{4, {1, 5}}, {7, {2, 2}}, {9, {0, kInfinity}}}), 7);
  EXPECT_EQ(chosen_trial({{4, {2, 2}}, {7, {2, 2}}}), 4);
  EXPECT_EQ(chosen_trial({{4, {kInfinity, 2}}}), -1);
  EXPECT_EQ(chosen_trial({}), -1);
}

TEST(Halving, OptionsThatMakeNoStudyAreRefused) {
  const Plan plan = study_plan({"quadratic"}, {"dp-adam"});
  EXPECT_THROW(check_study(plan, {.trials = 3, .keep = 4}), UsageError);
  EXPECT_THROW(check_study(plan, {.share = 1.5}), UsageError);
  Plan one = plan;
  one.seeds = {100};
  EXPECT_THROW(check_study(one, {}), UsageError);
  EXPECT_NO_THROW(check_study(plan, {}));
}

}  // namespace
}  // namespace physgrad::testing
