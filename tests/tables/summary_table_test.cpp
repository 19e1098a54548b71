// What the summary shows beside final losses: the start, the best loss on the way, errors in x, means, and which times
// and targets say nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::entry;
using testing::one_report;
using testing::sample_cell;
using testing::seeded_cells;

bool has_column(const Table& table, const std::string& header) {
  return std::ranges::find(table.columns, header, &Column::header) != table.columns.end();
}

bool has_note(const Table& table, const std::string& part) {
  return std::ranges::any_of(table.notes, [&](const std::string& note) { return note.find(part) != note.npos; });
}

TEST(SummaryTable, TheFirstRowIsTheStart) {
  auto cells = seeded_cells("hig", {0.1, 0.2, 0.3});
  for (std::size_t i = 0; i < 3; ++i) cells[i].initial = {1.0 + static_cast<double>(i), 5, kAbsent};
  auto others = cells;  // the same seeds have the same start: it counts once
  for (CellRecord& cell : others) cell.key.method = "gn";
  others.pop_back();
  const Table table = summary_tables(one_report({cells, others})).front();
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0][0].text, "before training");
  EXPECT_EQ(entry(table, "before training", "cells").text, "3 seeds");
  EXPECT_EQ(entry(table, "before training", "train loss").text, "2.0 [1.0, 3.0]");
  EXPECT_EQ(entry(table, "before training", "test loss").value, 5);
  EXPECT_EQ(entry(table, "before training", "steps").text, "-");
  EXPECT_EQ(entry(table, "before training", "to 0.5 [s]").text, "-");
}

TEST(SummaryTable, ShowsTheEndAndTheBestOnTheWay) {
  auto cells = seeded_cells("hig", {0.3, 0.3, 0.3});
  for (CellRecord& cell : cells) cell.best.train_loss = 0.1;
  const Table table = summary_tables(one_report({cells})).front();
  EXPECT_EQ(entry(table, "hig", "train loss").value, 0.3);
  EXPECT_EQ(entry(table, "hig", "best train").value, 0.1);
}

TEST(SummaryTable, ShowsTheMeanStepWhereReportsKnowIt) {
  auto cells = seeded_cells("hig", {0.3, 0.2});
  EXPECT_FALSE(has_column(summary_tables(one_report({cells})).front(), "mean [ms]"));
  for (CellRecord& cell : cells) cell.time.step_mean = 0.25;
  const Table table = summary_tables(one_report({cells})).front();
  EXPECT_EQ(entry(table, "hig", "step [ms]").value, 100);
  EXPECT_EQ(entry(table, "hig", "mean [ms]").value, 250);
}

TEST(SummaryTable, ErrorsInXAreRelative) {
  auto cells = seeded_cells("hig", {0.3, 0.2});
  EXPECT_FALSE(has_column(summary_tables(one_report({cells})).front(), "x error (abs.)"));
  for (CellRecord& cell : cells) {
    cell.initial.x_error = 9;
    cell.final.x_error = 12;
  }
  const auto old = cells;
  const Table absolute = summary_tables(one_report({old})).front();
  EXPECT_FALSE(has_column(absolute, "x error (rel.)"));
  EXPECT_EQ(entry(absolute, "hig", "x error (abs.)").value, 12);
  for (CellRecord& cell : cells) {
    cell.initial.x_error_relative = cell.initial.x_error_determined = 1.5;
    cell.final.x_error_relative = cell.final.x_error_determined = 2;
  }
  const Table relative = summary_tables(one_report({cells})).front();
  EXPECT_FALSE(has_column(relative, "x error (abs.)"));
  EXPECT_FALSE(has_column(relative, "x error (det.)"));  // the same everywhere
  EXPECT_EQ(entry(relative, "hig", "x error (rel.)").value, 2);
  EXPECT_EQ(entry(relative, "before training", "x error (rel.)").value, 1.5);
  for (CellRecord& cell : cells) cell.final.x_error_determined = 0.25;
  const Table both = summary_tables(one_report({cells})).front();
  EXPECT_EQ(entry(both, "hig", "x error (det.)").value, 0.25);
  EXPECT_TRUE(has_note(both, "x = 0 has 1"));
}

TEST(SummaryTable, AnUnknownRelativeErrorIsNoMiss) {
  auto cells = seeded_cells("hig", {0.3});
  cells[0].initial.x_error = cells[0].final.x_error = 3;
  auto others = seeded_cells("gn", {0.3});
  others[0].initial.x_error = others[0].final.x_error = 4;
  others[0].initial.x_error_relative = others[0].final.x_error_relative = 0.5;
  const Table table = summary_tables(one_report({cells, others})).front();
  EXPECT_EQ(entry(table, "hig", "x error (rel.)").text, "-");
  EXPECT_EQ(entry(table, "hig", "x error (abs.)").value, 3);
}

TEST(SummaryTable, ATargetMetBeforeTheFirstStepIsNone) {
  auto cells = seeded_cells("hig", {0.1, 0.1, 0.1});
  for (CellRecord& cell : cells) cell.targets = {{2.0, 0.0, 0.0}, {0.5, 0.25, 1.0}};  // all begin at 1
  cells[0].initial.train_loss = cells[0].curve[0].losses.train_loss = 0.4;
  cells[0].targets[1] = {0.5, 0.0, 0.0};
  cells[1].targets[1].seconds = 0.75;
  const Table table = summary_tables(one_report({cells})).front();
  EXPECT_FALSE(has_column(table, "to 2 [s]"));
  EXPECT_TRUE(has_note(table, "target 2: 3 of 3 cells meet it before the first step and it is left out"));
  EXPECT_EQ(entry(table, "hig", "to 0.5 [s]").value, 0.5);  // of the other two
  EXPECT_TRUE(has_note(table, "target 0.5: 1 of 3 cells meet it before the first step and are left out of its column"));
}

TEST(TimedCells, AnOldReportsShareIsThatOfTheCell) {
  CellRecord cell = sample_cell("hig", 0, 0.1);  // 2.4 s of 2.5 s
  EXPECT_TRUE(times_hold(cell));
  cell.time.cpu_seconds = 2.3;
  EXPECT_FALSE(times_hold(cell));
  cell.processor_share = 0.99;
  EXPECT_TRUE(times_hold(cell));
  cell.disturbed = true;
  EXPECT_FALSE(times_hold(cell));
  cell.disturbed = false;
  cell.timing_valid = false;
  EXPECT_FALSE(times_hold(cell));
  CellRecord unknown;
  EXPECT_TRUE(times_hold(unknown));
}

TEST(TimedCells, DisturbedCellsAreCountedAndLeftOutOfMedians) {
  auto cells = seeded_cells("hig", {0.1, 0.2, 0.3});
  for (std::size_t i = 0; i < 3; ++i) {
    cells[i].time.step_median = 0.001 * static_cast<double>(i + 1);
    cells[i].targets[0].seconds = static_cast<double>(i + 1);
    cells[i].processor_share = 1 - 0.01 * static_cast<double>(i);
  }
  cells[2].disturbed = true;
  const auto reports = one_report({cells});
  const Table table = summary_tables(reports).front();
  EXPECT_EQ(entry(table, "hig", "step [ms]").value, 1.5);
  EXPECT_EQ(entry(table, "hig", "to 0.5 [s]").value, 1.5);
  EXPECT_EQ(entry(table, "hig", "train loss").value, 0.2);
  EXPECT_TRUE(has_note(table, "hig: the times of 1 of 3 cells are not valid (1 disturbed): left out"));
  EXPECT_TRUE(has_note(table, "smallest processor share of the times that are shown without ~: 0.99"));
  const Table times = time_tables(reports).front();
  EXPECT_EQ(entry(times, "hig", "timed").text, "2/3");
  EXPECT_EQ(entry(times, "hig", "processor share").value, 0.99);
  EXPECT_EQ(entry(times, "hig", "step [ms]").value, 1.5);
}

TEST(TimedCells, MethodsOfWhichTheSameIsSaidShareALine) {
  auto cells = seeded_cells("gn", {0.1, 0.2});
  for (const char* method : {"hig", "pg"})
    std::ranges::copy(seeded_cells(method, {0.1, 0.2}), std::back_inserter(cells));
  for (std::size_t i = 0; i < 5; ++i) cells[i].disturbed = true;
  const Table table = summary_tables(one_report({cells})).front();
  EXPECT_TRUE(has_note(table, "gn, hig: the times of 2 of 2 cells are not valid (2 disturbed): shown with ~"));
  EXPECT_TRUE(has_note(table, "pg: the times of 1 of 2 cells are not valid (1 disturbed): left out"));
}

TEST(TimedCells, ARowWithoutAnUndisturbedCellIsShownAndSigned) {
  auto cells = seeded_cells("hig", {0.1, 0.2, 0.3});
  for (CellRecord& cell : cells) cell.processor_share = 0.4;
  cells[0].timing_valid = false;
  const auto reports = one_report({cells, seeded_cells("gn", {0.1})});
  const Table table = summary_tables(reports).front();
  EXPECT_EQ(entry(table, "hig", "step [ms]").text, "~100");
  EXPECT_EQ(entry(table, "hig", "to 0.5 [s]").text, "~0.0156");
  EXPECT_EQ(entry(table, "gn", "step [ms]").text, "100");
  EXPECT_TRUE(has_note(table, "(1 measured beside other cells, 2 disturbed): shown with ~"));
  const Table times = time_tables(reports).front();
  EXPECT_EQ(entry(times, "hig", "timed").text, "0/3");
  EXPECT_EQ(entry(times, "hig", "processor share").text, "~0.4");
  EXPECT_EQ(entry(times, "hig", "steps").text, "30");
  EXPECT_EQ(entry(convergence_tables(reports)[0], "hig", "at 0.1 s").text, "~0.5");
  EXPECT_EQ(entry(convergence_tables(reports)[1], "hig", "step 1").text, "0.5");
}

TEST(TimeTable, ShowsTheMeanAndHowOftenAKernelHandedOver) {
  auto cells = seeded_cells("hig", {0.1, 0.2, 0.3});
  for (CellRecord& cell : cells) {
    cell.time.step_mean = 0.3;
    cell.diagnostics.handovers = 6;
  }
  const Table table = time_tables(one_report({cells, seeded_cells("pg", {0.1})})).front();
  EXPECT_EQ(entry(table, "hig", "mean [ms]").value, 300);
  EXPECT_EQ(entry(table, "hig", "handovers [%]").value, 20);  // 6 of 30 steps
  EXPECT_EQ(entry(table, "pg", "handovers [%]").text, "-");
}

TEST(ConvergenceTable, LossesAtATimeAreThoseOfUndisturbedCells) {
  auto cells = seeded_cells("hig", {0.1, 0.2, 0.3});
  cells[2].disturbed = true;
  cells[2].curve[1].losses.train_loss = 0.9;
  cells[1].curve[1].losses.train_loss = 0.6;
  const auto tables = convergence_tables(one_report({cells}));
  EXPECT_EQ(entry(tables[0], "hig", "at 0.1 s").value, 0.55);
  EXPECT_EQ(entry(tables[1], "hig", "step 1").value, 0.6);
}

}  // namespace
}  // namespace physgrad
