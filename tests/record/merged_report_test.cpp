// Reports joined: machines told apart, conflicts named, nothing dropped.
#include "physgrad/record/merged_report.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "physgrad/record/report_json.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

using testing::sample_cell;
using testing::sample_report;

CellRecord cell_of(const std::string& method, std::uint64_t seed, double loss = 0.1) {
  CellRecord cell = sample_cell(method, seed, loss);
  cell.task_id = "0123456789abcdef";
  cell.setup_id = method + "-setup";
  return cell;
}

Report report_of(const std::vector<CellRecord>& cells, const std::string& cpu = "A 1",
                 const std::vector<CellKey>& unfinished = {}) {
  Report report = sample_report(cells, unfinished);
  report.header.environment.cpu = cpu;
  report.header.machines = {report.header.environment};
  return report;
}

std::string complaint(const std::vector<NamedReport>& inputs, Prefer prefer = Prefer::neither) {
  try {
    (void)merged_report(inputs, prefer);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(MergedReport, KeepsMachinesApart) {
  const MergedReport merged = merged_report({{"a", report_of({cell_of("gn", 0)}, "A 1")},
                                             {"b", report_of({cell_of("gn", 1)}, "B 2")},
                                             {"c", report_of({cell_of("gn", 2)}, "A 1")}},
                                            Prefer::neither);
  ASSERT_EQ(merged.report.header.machines.size(), 2u);
  EXPECT_EQ(merged.report.header.machines[1].cpu, "B 2");
  ASSERT_EQ(merged.report.cells.size(), 3u);
  EXPECT_EQ(merged.report.cells[0].machine, 0);
  EXPECT_EQ(merged.report.cells[1].machine, 1);
  EXPECT_EQ(merged.report.cells[2].machine, 0);
  EXPECT_TRUE(merged.report.finished);
  // It is a report like any other.
  const Report again = parse_report(report_text(merged.report), "merged");
  EXPECT_EQ(again.cells.size(), 3u);
  EXPECT_EQ(again.header.machines.size(), 2u);
}

TEST(MergedReport, CellsKeepTheirThreads) {
  Report two = report_of({cell_of("gn", 1)});
  two.header.limits.threads = two.cells[0].limits.threads = 2;
  two.header.environment.threads = two.header.machines[0].threads = 2;
  const Report merged = merged_report({{"b", two}, {"a", report_of({cell_of("gn", 0)})}}, Prefer::neither).report;
  EXPECT_EQ(merged.header.limits.threads, 1);  // not the same for all
  ASSERT_EQ(merged.cells.size(), 2u);
  EXPECT_EQ(merged.cells[0].limits.threads, 2);
  EXPECT_EQ(merged.cells[1].limits.threads, 1);
  for (const CellRecord& cell : merged.cells)
    EXPECT_EQ(merged.header.machines.at(static_cast<std::size_t>(cell.machine)).threads, cell.limits.threads);
  EXPECT_EQ(merged_report({{"b", two}}, Prefer::neither).report.header.limits.threads, 2);
}

TEST(MergedReport, TimesOfTwoMachinesAreNeverPaired) {
  // Eight seeds of two methods: on one machine they decide, on one each there is nothing to pair.
  std::vector<CellRecord> slow, fast;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    slow.push_back(cell_of("gn", seed, 0.1 + 0.001 * static_cast<double>(seed)));
    fast.push_back(cell_of("hig", seed, 0.1 + 0.001 * static_cast<double>(seed)));
    for (CellRecord* cell : {&slow.back(), &fast.back()}) {
      const double factor = cell == &slow.back() ? 1 : 0.25;
      cell->limits.steps = 30;  // losses are of steps, whatever the machine
      for (CurvePoint& point : cell->curve) point.seconds *= factor;
      for (TargetRecord& target : cell->targets) target.seconds *= factor;
    }
  }
  const auto verdicts = [&](const char* cpu) {
    const MergedReport merged =
        merged_report({{"a", report_of(slow, "A 1")}, {"b", report_of(fast, cpu)}}, Prefer::neither);
    std::size_t paired = 0;
    const std::vector<LabelledReport> reports = {{"m", merged.report}};
    for (const Table& table : make_tables("verdicts", reports))
      if (table.title.find("time to") != std::string::npos) paired += table.rows.size();
    return paired;
  };
  EXPECT_GT(verdicts("A 1"), 0u);
  EXPECT_EQ(verdicts("B 2"), 0u);
}

TEST(MergedReport, UnitesPlansInOrderAndCountsWhatIsMissing) {
  const MergedReport merged = merged_report({{"a", report_of({cell_of("gn", 1)}, "A 1", {{"heat", "gn", 2}})},
                                             {"b", report_of({cell_of("gn", 0)}, "A 1", {{"heat", "gn", 3}})}},
                                            Prefer::neither);
  EXPECT_EQ(merged.report.header.planned.size(), 4u);
  EXPECT_EQ(merged.report.cells.size(), 2u);
  EXPECT_EQ(merged.report.cells[0].key.seed, 1u);
  EXPECT_FALSE(merged.report.finished);
  ASSERT_EQ(merged.notes.size(), 1u);
  EXPECT_EQ(merged.notes[0], "2 of 4 planned cells have not ended");
}

TEST(MergedReport, NamesCellsMeasuredTwiceUnlessToldWhichToKeep) {
  Report a = report_of({cell_of("gn", 0, 0.1)}), b = report_of({cell_of("gn", 0, 0.2), cell_of("hig", 0)});
  a.header.started = "2024-01-01T00:00:00Z";
  b.header.started = "2024-01-02T00:00:00Z";
  const std::vector<NamedReport> inputs = {{"first", a}, {"second", b}};
  const std::string said = complaint(inputs);
  for (const char* part : {"measured twice", "heat gn seed 0", "'first'", "'second'", "--prefer"})
    EXPECT_NE(said.find(part), std::string::npos) << said;
  const MergedReport first = merged_report(inputs, Prefer::first), newest = merged_report(inputs, Prefer::newest);
  EXPECT_EQ(first.report.cells[0].final.train_loss, 0.1);
  EXPECT_EQ(newest.report.cells[0].final.train_loss, 0.2);
  EXPECT_EQ(first.report.cells.size(), 2u);
  EXPECT_NE(first.notes.at(0).find("heat gn seed 0"), std::string::npos);
  // What is alike is no conflict.
  const MergedReport twice = merged_report({{"first", a}, {"copy", a}}, Prefer::neither);
  EXPECT_EQ(twice.report.cells.size(), 1u);
  EXPECT_EQ(twice.notes.at(0), "1 cells are alike in two inputs and taken once");
}

TEST(MergedReport, CellsOfOtherSettingsAreNoSecondMeasurement) {
  CellRecord other = cell_of("gn", 0);
  other.setup_id = "another";
  const std::vector<NamedReport> inputs = {{"a", report_of({cell_of("gn", 0)})}, {"b", report_of({other})}};
  for (const Prefer prefer : {Prefer::neither, Prefer::first, Prefer::newest})
    EXPECT_NE(complaint(inputs, prefer).find("other settings"), std::string::npos);
}

TEST(MergedReport, RefusesWhatTablesCouldNotTellApart) {
  const auto edited = [](const std::function<void(Report&)>& edit) {
    Report report = report_of({cell_of("gn", 1)});
    edit(report);
    return complaint({{"a", report_of({cell_of("gn", 0)})}, {"b", report}});
  };
  EXPECT_EQ(edited([](Report&) {}), "");
  EXPECT_NE(edited([](Report& r) { r.cells[0].task_id = ""; }).find("does not say its task"), std::string::npos);
  EXPECT_NE(edited([](Report& r) { r.header.problems.at(0).targets = {9}; }).find("other targets"), std::string::npos);
}

TEST(MergedReport, LimitsAndProfilesThatDifferAreNobodys) {
  Report a = report_of({cell_of("gn", 0)}), b = report_of({cell_of("gn", 1)});
  a.header.limits.steps = b.header.limits.steps = 5;
  a.header.limits.budget_seconds = 1;
  b.header.limits.budget_seconds = 2;
  b.header.profile = "another";
  b.header.suite.program = "another";
  const MergedReport merged = merged_report({{"a", a}, {"b", b}}, Prefer::neither);
  EXPECT_EQ(merged.report.header.limits.steps, 5);
  EXPECT_TRUE(std::isnan(merged.report.header.limits.budget_seconds));
  EXPECT_EQ(merged.report.header.profile, "custom");
  EXPECT_NE(merged.notes.at(0).find("another program"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
