#include <gtest/gtest.h>

#include "report/sample_records.hpp"
#include "report/tables.hpp"

namespace physgrad::testing {
namespace {

/// A cell that reaches losses 0.5 and 0.1 at these seconds.
CellRecord cell_reaching(const std::string& method, bool instance, double loose, double tight) {
  CellRecord cell = sample_cell(method, 0, 0.1);
  cell.used["instance"] = instance;
  cell.targets = {{0.5, loose, 1}, {0.1, tight, 2}};
  cell.time.inference_seconds = instance ? kAbsent : 1e-6;
  if (instance) cell.problem_sweep = "instance=true";
  return cell;
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
  const auto row = [&](const std::string& method, double target) {
    for (const auto& each : tables[0].rows)
      if (each[0].text == method && each[1].value == target) return each;
    return std::vector<Entry>(9);
  };
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

}  // namespace
}  // namespace physgrad::testing
