// What docs/measuring.md promises: a test for every rule, and a reference report whose clocks add up.
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>
#include <regex>
#include <set>

#include "catalogue/catalogue.hpp"
#include "report/report_json.hpp"

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

TEST(MeasuringRules, EachNamesTestsThatExist) {
  const std::set<std::string> tests = all_tests();
  std::ifstream file(std::string(PHYSGRAD_SOURCE_DIR) + "/docs/measuring.md");
  ASSERT_TRUE(file);
  const std::regex row(R"(\| (\d+) \|.*\|(.*)\|)"), quoted("`([^`]+)`");
  int rules = 0;
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    EXPECT_EQ(std::stoi(match[1]), ++rules);
    const std::string names = match[2];
    int named = 0;
    for (auto at = std::sregex_iterator(names.begin(), names.end(), quoted); at != std::sregex_iterator();
         ++at, ++named)
      EXPECT_TRUE(tests.contains((*at)[1])) << (*at)[1] << " of rule " << rules;
    EXPECT_GT(named, 0) << "rule " << rules;
  }
  EXPECT_EQ(rules, 14);
}

TEST(MeasuringRules, EveryProblemHasSeveralFrozenTargets) {
  for (const std::string& name : problem_names()) {
    const std::vector<double> targets = problem_facts(name).targets;
    EXPECT_GE(targets.size(), 2u) << name;
    EXPECT_TRUE(std::is_sorted(targets.rbegin(), targets.rend())) << name;
  }
}

TEST(ReferenceReport, ClocksAddUpInEveryCell) {
  const Report report = read_report(std::string(PHYSGRAD_SOURCE_DIR) + "/results/reference");
  EXPECT_FALSE(report.header.suite.dirty);
  ASSERT_GE(report.cells.size(), 48u);
  for (const CellRecord& cell : report.cells) {
    const std::string name = cell.problem + " " + cell.method + " seed " + std::to_string(cell.seed);
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
