#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad::testing {
namespace {

/// A cell that begins at a loss of 1 and reaches losses 0.5 and 0.1 at these seconds.
CellRecord cell_reaching(const std::string& method, bool instance, double loose, double tight) {
  CellRecord cell = sample_cell(method, 0, 0.1);
  cell.used["instance"] = instance;
  cell.targets = {{0.5, loose, 1}, {0.1, tight, 2}};
  cell.time.inference_seconds = instance ? kAbsent : 1e-6;
  if (instance) cell.key.problem_sweep = "instance=true";
  return cell;
}

/// Instances of seeds 0, 1, ... that reach 0.1 at these seconds.
std::vector<CellRecord> instances(const std::vector<double>& seconds) {
  std::vector<CellRecord> cells;
  for (std::size_t seed = 0; seed < seconds.size(); ++seed) {
    cells.push_back(cell_reaching("gn", true, seconds[seed] / 2, seconds[seed]));
    cells.back().key.seed = seed;
  }
  return cells;
}

bool has_note(const Table& table, const std::string& part) {
  return std::ranges::any_of(table.notes, [&](const std::string& note) { return note.find(part) != note.npos; });
}

std::vector<Entry> row_at(const Table& table, const std::string& method, double target) {
  for (const auto& each : table.rows)
    if (each[0].text == method && each[1].value == target) return each;
  return std::vector<Entry>(table.columns.size());
}

TEST(BreakEvenTable, ByHand) {
  std::vector<CellRecord> cells = {cell_reaching("dp-adam", false, 0.25, 4), cell_reaching("hig", false, 1, 2),
                                   cell_reaching("dp-sgd", false, 2, kAbsent),
                                   cell_reaching("dp-lbfgs", true, 1e-4, 5e-4), cell_reaching("gn", true, 3e-4, 1e-3)};
  Report report = sample_report(cells);
  report.header.tuning = {{"heat", "hig", 8, 1}};
  const std::vector<LabelledReport> reports = {{"a", report}};
  const std::vector<Table> tables = break_even_tables(reports);
  ASSERT_EQ(tables.size(), 1u);
  ASSERT_EQ(tables[0].rows.size(), 6u);
  const auto row = [&](const std::string& method, double target) { return row_at(tables[0], method, target); };
  const auto adam = row("dp-adam", 0.1);
  EXPECT_EQ(adam[2].value, 4);
  EXPECT_EQ(adam[5].text, "dp-lbfgs");
  EXPECT_NEAR(adam[6].value, 500, 1e-9);
  EXPECT_EQ(adam[7].value, std::ceil(4 / (5e-4 - 1e-6)));
  // 0.25 s of training reach 0.5, and 400 us a use go on from there.
  EXPECT_EQ(adam[8].value, std::ceil((4 - 0.25) / 4e-4));
  const auto hig = row("hig", 0.1);
  EXPECT_EQ(hig[3].value, 1);
  EXPECT_EQ(hig[7].value, std::ceil(3 / (5e-4 - 1e-6)));
  EXPECT_EQ(row("dp-sgd", 0.1)[2].text, "miss");
  EXPECT_EQ(row("dp-sgd", 0.1)[7].text, "-");
  EXPECT_EQ(row("hig", 0.5)[8].text, "-");  // nothing cheaper to compare with
}

TEST(BreakEvenTable, ASolverFasterThanTheNetworkNeverLosesAndNoSolverIsSaid) {
  CellRecord fast = cell_reaching("gn", true, 1e-8, 1e-7);
  const std::vector<LabelledReport> reports = {{"a", sample_report({cell_reaching("hig", false, 1, 2), fast})}};
  EXPECT_EQ(break_even_tables(reports)[0].rows[1][7].text, "never");
  const std::vector<LabelledReport> alone = {{"a", sample_report({cell_reaching("hig", false, 1, 2)})}};
  const Table table = break_even_tables(alone)[0];
  EXPECT_EQ(table.rows[1][5].text, "-");
  EXPECT_EQ(table.rows[1][7].text, "-");
  EXPECT_NE(table.notes[0].find("instance=true"), std::string::npos);
}

TEST(BreakEvenTable, ASolversTimeHasAnIntervalOverInstances) {
  const auto solved = instances({1e-3, 2e-3, 3e-3, 4e-3, 5e-3, 6e-3, 7e-3});
  const Table table = break_even_tables(one_report({{cell_reaching("hig", false, 1, 2)}, solved}))[0];
  const auto row = row_at(table, "hig", 0.1);
  EXPECT_EQ(row[6].text, "4000 [1000, 7000]");  // of seven values smallest and largest cover 98 %
  EXPECT_EQ(row[7].value, std::ceil(2 / (4e-3 - 1e-6)));
  EXPECT_EQ(row[7].low, std::ceil(2 / (7e-3 - 1e-6)));
  EXPECT_EQ(row[7].high, std::ceil(2 / (1e-3 - 1e-6)));
  EXPECT_EQ(row[column_of(table, "instances")].value, 7);
  EXPECT_TRUE(has_note(table, "gn: its times rest on 7 instances; 256 are asked for"));
  const Table enough = break_even_tables(
      one_report({{cell_reaching("hig", false, 1, 2)}, instances(std::vector<double>(256, 1e-3))}))[0];
  EXPECT_FALSE(has_note(enough, "are asked for"));
}

TEST(BreakEvenTable, InstancesThatBeginBelowTheTargetAreCountedAndSolveNothing) {
  auto solved = instances({1e-3, 1e-3, 5e-3});
  for (const std::size_t i : {0u, 1u}) {
    solved[i].initial.train_loss = solved[i].curve[0].losses.train_loss = 0.3;
    solved[i].targets[0] = {0.5, 0, 0};
  }
  const Table table = break_even_tables(one_report({{cell_reaching("hig", false, 1, 2)}, solved}))[0];
  const auto loose = row_at(table, "hig", 0.5), tight = row_at(table, "hig", 0.1);
  EXPECT_EQ(loose[6].value, 2500);
  EXPECT_EQ(loose[column_of(table, "instances")].value, 1);
  EXPECT_EQ(loose[column_of(table, "begin below")].value, 2);
  EXPECT_EQ(tight[6].value, 1000);
  EXPECT_EQ(tight[column_of(table, "instances")].value, 3);
  EXPECT_EQ(tight[column_of(table, "begin below")].value, 0);
}

TEST(BreakEvenTable, ATargetThatNetworksMeetBeforeTheFirstStepIsNone) {
  CellRecord network = cell_reaching("hig", false, 0, 2);
  network.targets[0] = {1.5, 0, 0};
  const Table table = break_even_tables(one_report({{network}, instances({1e-3})}))[0];
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0][1].value, 0.1);
}

TEST(BreakEvenTable, OnlyTheSamePhysicsIsComparedWhateverTheNetwork) {
  const std::vector<std::string> of_problem = {"points", "samples", "instance"};
  CellRecord network = cell_reaching("hig", false, 1, 2), other = network;
  auto solved = instances({1e-3});
  network.used["points"] = solved[0].used["points"] = 32.0;
  network.used["samples"] = 512.0;
  other.used["points"] = 8.0;
  other.key.problem_sweep = "points=8";
  for (CellRecord* cell : {&network, &other, &solved[0]}) cell->problem_settings = of_problem;
  const std::vector<Table> tables = break_even_tables(one_report({{network}, solved, {other}}));
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[0].rows[1][5].text, "gn");
  EXPECT_EQ(tables[1].rows[1][5].text, "-");
  EXPECT_NE(tables[1].title.find("points=8"), std::string::npos) << tables[1].title;
}

TEST(BreakEvenTable, ASolverOnAnotherMachineIsNotCompared) {
  std::vector<LabelledReport> reports = {{"networks", sample_report({cell_reaching("hig", false, 1, 2)})},
                                         {"instances", sample_report(instances({1e-3}))}};
  EXPECT_EQ(break_even_tables(reports)[0].rows[1][5].text, "gn");
  reports[1].report.header.environment.cpu = "another";
  reports[1].report.header.machines.clear();
  const Table table = break_even_tables(reports)[0];
  EXPECT_EQ(table.rows[1][5].text, "-");
  EXPECT_TRUE(has_note(table, "measured on another machine or by another program"));
}

TEST(BreakEvenTable, NotesOnTimesStandUnderTheTableOfTheirProblem) {
  CellRecord other = cell_reaching("hig", false, 1, 2);
  other.key.problem = "poisson";
  other.disturbed = true;
  const auto reports = one_report({{cell_reaching("hig", false, 1, 2), other}});
  const std::vector<Table> tables = break_even_tables(reports);
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_FALSE(has_note(tables[0], "disturbed"));
  EXPECT_TRUE(has_note(tables[1], "poisson: hig: the times of 1 of 1 cells are not valid"));
}

TEST(BreakEvenTable, DisturbedInstancesAreLeftOut) {
  auto solved = instances({1e-3, 2e-3, 9e-3});
  solved[2].disturbed = true;
  const auto reports = one_report({{cell_reaching("hig", false, 1, 2)}, solved});
  EXPECT_EQ(row_at(break_even_tables(reports)[0], "hig", 0.1)[6].value, 1500);
}

}  // namespace
}  // namespace physgrad::testing
