// Tables say what the records say: misses stay in medians, denominators are printed, and an unfinished or failed run is
// a table too.
#include "physgrad/tables/tables.hpp"
#include "physgrad/core/numbers.hpp"
#include "physgrad/pages/render.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::column_of;
using testing::entry;
using testing::sample_cell;
using testing::sample_report;
using testing::troubled_cell;

std::vector<LabelledReport> mixed() {
  CellRecord miss = sample_cell("hig", 1, 0.6);
  miss.targets[0].seconds = miss.targets[0].steps = kAbsent;
  CellRecord second_miss = sample_cell("hig", 2, 0.6);
  second_miss.targets = miss.targets;
  CellRecord diverged = sample_cell("dp-sgd", 2, kAbsent);
  diverged.status = Status::diverged;
  diverged.reason = "training loss nan after 30 steps";
  std::vector<CellRecord> cells = {sample_cell("hig", 0, 0.2),
                                   miss,
                                   second_miss,
                                   sample_cell("dp-sgd", 0, 0.3),
                                   sample_cell("dp-sgd", 1, 0.4),
                                   diverged,
                                   troubled_cell("pg", 0, Status::skipped, "no inverse"),
                                   troubled_cell("gn", 0, Status::failed, "signal 11"),
                                   troubled_cell("gn", 1, Status::out_of_memory, "")};
  return {{"mixed", sample_report(std::move(cells), {{"heat", "pg", 1}, {"heat", "gn", 2}})}};
}

TEST(Statistics, QuantilesKeepInfinitiesAndDropNaN) {
  EXPECT_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({1, 2, 3, 4}, 0.25), 1.75);
  EXPECT_EQ(quantile({1, kInfinity, 2}, 0.5), 2);
  EXPECT_EQ(quantile({1, kInfinity}, 0.5), kInfinity);
  EXPECT_EQ(quantile({kInfinity, kInfinity}, 0.5), kInfinity);
  EXPECT_EQ(quantile({kAbsent, 5}, 0.5), 5);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
  EXPECT_EQ(spread({1, 2, 9}).high, 9);
  EXPECT_EQ(spread({1, 2, 3, 4, 5}).high, 4);
}

TEST(Tables, SummaryCountsMissesAndFailures) {
  const auto reports = mixed();
  const std::vector<Table> tables = summary_tables(reports);
  ASSERT_EQ(tables.size(), 1u);
  const Table& table = tables[0];
  EXPECT_NE(table.title.find(
                "4 methods, 3 seeds (0-2), 11 cells planned: 5 succeeded, 1 diverged, 1 failed, 1 out_of_memory, "
                "1 skipped, 2 unfinished"),
            std::string::npos)
      << table.title;
  EXPECT_EQ(entry(table, "hig", "cells").text, "3/3");
  EXPECT_EQ(entry(table, "dp-sgd", "cells").text, "2/3");
  EXPECT_EQ(entry(table, "pg", "cells").text, "0/2");
  // One of three hig cells reached 0.5: the median is a miss. dp-sgd: the diverged cell counts as infinite.
  EXPECT_EQ(entry(table, "hig", "to 0.5 [s]").text, "miss");
  EXPECT_EQ(entry(table, "dp-sgd", "to 0.5 [s]").value, 0.015625);
  EXPECT_EQ(entry(table, "dp-sgd", "train loss").value, 0.4);
  EXPECT_EQ(entry(table, "dp-sgd", "train loss").high, kInfinity);
  EXPECT_EQ(entry(table, "gn", "train loss").text, "inf");
  EXPECT_EQ(entry(table, "pg", "train loss").text, "-");
  const std::string text = render(tables, TableFormat::text);
  EXPECT_NE(text.find("dp-sgd: 1 of 3 diverged: training loss nan after 30 steps"), std::string::npos) << text;
  EXPECT_NE(text.find("pg: 1 of 2 skipped: no inverse"), std::string::npos) << text;
  EXPECT_NE(text.find("gn: 1 of 3 unfinished"), std::string::npos) << text;
}

TEST(Tables, TheBestOfAColumnIsMarked) {
  Table table{"t", "g", {{"method", false}, {"loss"}}, {{text_entry("a"), number_entry(0.5)}}, {}};
  table.rows.push_back({text_entry("b"), number_entry(0.25)});
  table.rows[1][1].best = true;
  EXPECT_EQ(best_rows(table, 1), (std::vector<bool>{false, true}));
  EXPECT_NE(render({table}, TableFormat::markdown).find("**0.25**"), std::string::npos);
  EXPECT_NE(render({table}, TableFormat::text).find("*0.25"), std::string::npos);
  EXPECT_NE(render({table}, TableFormat::latex).find("\\textbf{0.25}"), std::string::npos);
  EXPECT_EQ(render({table}, TableFormat::csv), "group,method,loss\ng,a,0.5\ng,b,0.25\n");
}

TEST(Tables, EveryKindAndFormatTakesAnyReport) {
  const std::vector<std::vector<LabelledReport>> cases = {
      mixed(),
      {{"empty", Report{}}},
      {{"unfinished", sample_report({}, {{"heat", "hig", 0}})}},
      {{"failed", sample_report({troubled_cell("hig", 0, Status::failed, "a & b | c, \"d\"")})}},
      {}};
  for (const auto& reports : cases)
    for (const std::string& kind : table_kinds())
      for (const TableFormat format :
           {TableFormat::text, TableFormat::markdown, TableFormat::csv, TableFormat::latex, TableFormat::json}) {
        const std::vector<Table> tables = make_tables(kind, reports);
        EXPECT_NO_THROW((void)render(tables, format)) << kind;
        for (const Table& table : tables)
          for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << kind;
      }
  EXPECT_THROW((void)make_tables("sumary", mixed()), UsageError);
}

/// Whatever became of a cell, every table of its report is a table; people read what became of it, machines get a row.
TEST(Tables, EveryStatusIsATableInEveryKindAndFormat) {
  const Status statuses[] = {Status::completed, Status::time_budget,   Status::target_reached, Status::diverged,
                             Status::timeout,   Status::out_of_memory, Status::failed,         Status::skipped};
  for (const Status status : statuses) {
    CellRecord cell = sample_cell("hig", 0, 0.2);
    cell.status = status;
    if (!succeeded(cell)) cell.reason = "the\nreason";
    const std::vector<LabelledReport> reports = {{"run", sample_report({cell}, {{"heat", "pg", 0}})}};
    for (const std::string& kind : table_kinds())
      for (const TableFormat format :
           {TableFormat::text, TableFormat::markdown, TableFormat::csv, TableFormat::latex, TableFormat::json}) {
        const std::string text = render(make_tables(kind, reports), format);
        EXPECT_GE(std::ranges::count(text, '\n'), 1) << kind;
        if (format == TableFormat::csv || kind == "needs" || kind == "environment" || succeeded(cell)) continue;
        const bool escaped = format != TableFormat::text;
        const std::string named =
            format == TableFormat::latex && status == Status::out_of_memory ? "out\\_of\\_memory" : to_text(status);
        const std::string reason = format == TableFormat::latex ? ": the\\textbackslash{}x0areason"
                                   : escaped                    ? ": the\\\\x0areason"
                                                                : ": the\\x0areason";
        EXPECT_NE(text.find(std::string("hig: 1 of 1 ") + named + reason), std::string::npos) << kind;
        EXPECT_NE(text.find("pg: 1 of 1 unfinished"), std::string::npos) << kind;
      }
  }
}

TEST(Tables, TargetsWithoutALossAreLeftOut) {
  CellRecord cell = sample_cell("hig", 0, 0.2);
  cell.targets.assign(40, {kAbsent, kAbsent, kAbsent});
  cell.targets[20].loss = 0.5;
  const std::vector<LabelledReport> reports = {{"edited", sample_report({cell})}};
  EXPECT_EQ(group_cells(reports)[0].targets(), (std::vector<double>{0.5}));
}

TEST(Tables, ConvergenceReadsTheCurveAtMarks) {
  const auto reports = mixed();
  const Table table = convergence_tables(reports)[1];
  EXPECT_EQ(entry(table, "hig", "start").value, 1.0);
  EXPECT_EQ(entry(table, "hig", "step 10").value, 0.5);
  EXPECT_EQ(entry(table, "hig", "step 30").value, 0.6);
  EXPECT_EQ(entry(table, "gn", "step 1").text, "-");
}

TEST(Tables, NeedsAndSkippedPairs) {
  const auto reports = mixed();
  const std::vector<Table> tables = needs_tables(reports);
  EXPECT_EQ(entry(tables[0], "hig", "jacobian").text, "needed");
  EXPECT_EQ(entry(tables[0], "pg", "gradient").text, "-");
  ASSERT_EQ(tables[1].rows.size(), 1u);
  EXPECT_EQ(tables[1].rows[0][3].text, "no inverse");
}

TEST(Tables, JoinedReportsKeepClashingCellsApart) {
  std::vector<LabelledReport> reports = {
      {"one", sample_report({sample_cell("hig", 0, 0.2), sample_cell("pg", 0, 0.1)})},
      {"two", sample_report({sample_cell("hig", 0, 0.4), sample_cell("gn", 0, 0.3)})}};
  const Table table = summary_tables(reports)[0];
  EXPECT_EQ(entry(table, "hig (one)", "train loss").value, 0.2);
  EXPECT_EQ(entry(table, "hig (two)", "train loss").value, 0.4);
  EXPECT_EQ(entry(table, "pg", "train loss").value, 0.1);
  EXPECT_EQ(entry(table, "gn", "train loss").value, 0.3);
  reports[1].label = "one";
  EXPECT_EQ(entry(summary_tables(reports)[0], "hig (one#2)", "train loss").value, 0.4);
}

TEST(Tables, CsvIsOneTableWithEveryDigit) {
  const auto reports = mixed();
  const std::string csv = render(summary_tables(reports), TableFormat::csv);
  EXPECT_TRUE(csv.starts_with("group,method,cells,train loss,train loss low,train loss high,best train,test loss"))
      << csv;
  EXPECT_NE(csv.find("heat,dp-sgd,2/3,0.4,0.3,inf,"), std::string::npos) << csv;
  EXPECT_EQ(std::ranges::count(csv, '\n'), 6);  // headers, the start, four methods
}

}  // namespace
}  // namespace physgrad
