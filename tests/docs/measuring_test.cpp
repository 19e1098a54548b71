// What docs/measuring.md promises: a test for every rule, and a reference report whose clocks add up.
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad::testing {
namespace {

std::set<std::string> all_tests() {
  std::set<std::string> names;
  const auto* program = ::testing::UnitTest::GetInstance();
  for (int s = 0; s < program->total_test_suite_count(); ++s) {
    const auto* suite = program->GetTestSuite(s);
    for (int t = 0; t < suite->total_test_count(); ++t)
      names.insert(std::string(suite->name()) + "." + suite->GetTestInfo(t)->name());
  }
  return names;
}

/// What stands between marks in `text`, "a `b` c `d`": b and d.
std::vector<std::string> marked(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t open = text.find('`'); open != std::string::npos;) {
    const std::size_t close = text.find('`', open + 1);
    if (close == std::string::npos) break;
    result.push_back(text.substr(open + 1, close - open - 1));
    open = text.find('`', close + 1);
  }
  return result;
}

TEST(MeasuringRules, EachNamesTestsThatExist) {
  const std::set<std::string> tests = all_tests();
  std::ifstream file(std::string(PHYSGRAD_SOURCE_DIR) + "/docs/measuring.md");
  ASSERT_TRUE(file);
  int rules = 0;
  for (std::string line; std::getline(file, line);) {
    // A row "| number | rule | `Test.Name`, .. |" of the rules' table.
    if (!line.starts_with("| " + std::to_string(rules + 1) + " |")) continue;
    ++rules;
    const std::vector<std::string> names = marked(line);
    EXPECT_FALSE(names.empty()) << "rule " << rules;
    for (const std::string& name : names) EXPECT_TRUE(tests.contains(name)) << name << " of rule " << rules;
  }
  EXPECT_EQ(rules, 20);
}

TEST(MeasuringRules, EveryProblemHasSeveralFrozenTargets) {
  for (const std::string& name : built_in().problem_names()) {
    const std::vector<double> targets = problem_facts(built_in(), name).targets;
    EXPECT_GE(targets.size(), 2u) << name;
    EXPECT_TRUE(std::is_sorted(targets.rbegin(), targets.rend())) << name;
  }
}

TEST(ReferenceReport, ClocksAddUpInEveryCell) {
  const Report report = read_report(std::string(PHYSGRAD_SOURCE_DIR) + "/results/reference");
  EXPECT_FALSE(report.header.suite.dirty);
  ASSERT_GE(report.cells.size(), 48u);
  for (const CellRecord& cell : report.cells) {
    const std::string name = cell.key.problem + " " + cell.key.method + " seed " + std::to_string(cell.key.seed);
    EXPECT_TRUE(succeeded(cell)) << name;
    EXPECT_TRUE(cell.timing_valid) << name;
    const double phases = std::accumulate(cell.time.phases.begin(), cell.time.phases.end(), 0.0);
    const double evaluation = cell.time.phases[static_cast<std::size_t>(Phase::evaluation)];
    EXPECT_NEAR(phases, cell.time.wall_seconds, 0.01 * cell.time.wall_seconds) << name;
    EXPECT_NEAR(cell.time.train_seconds, cell.time.wall_seconds - evaluation, 0.01 * cell.time.wall_seconds) << name;
    EXPECT_LE(cell.curve.back().seconds, cell.time.train_seconds) << name;
  }
}

}  // namespace
}  // namespace physgrad::testing
