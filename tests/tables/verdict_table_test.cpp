// Verdicts are honest: a method against itself stays unresolved, a planted difference is found, and a table says when
// it could not have found anything.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/rng.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::one_report;
using testing::sample_cell;
using testing::sample_report;
using testing::seeded_cells;
using testing::troubled_cell;

/// Final losses that share a seed's difficulty and have noise of their own, both log-normal; `b` is worse by `factor`.
/// Each run is lost with probability `loss_rate`, then its loss is infinite.
std::vector<LabelledReport> simulated(Rng& rng, int seeds, double noise, double factor, double loss_rate = 0) {
  std::vector<CellRecord> cells;
  for (int seed = 0; seed < seeds; ++seed) {
    const double difficulty = rng.normal();
    for (const char* method : {"a", "b"}) {
      const double loss = std::exp(difficulty + noise * rng.normal()) * (*method == 'b' ? factor : 1);
      cells.push_back(sample_cell(method, static_cast<std::uint64_t>(seed), loss));
      if (rng.uniform(0, 1) < loss_rate) cells.back().status = Status::diverged;
    }
  }
  return {{"simulated", sample_report(std::move(cells))}};
}

std::string verdict_of(const std::vector<LabelledReport>& reports) {
  const Table table = verdict_tables(reports)[0];
  return table.rows.at(0).back().text;
}

struct Counts {
  int a = 0, b = 0, unresolved = 0;
};

Counts count_verdicts(const char* stream, int comparisons, int seeds, double noise, double factor,
                      double loss_rate = 0) {
  Rng rng(1, stream);
  Counts counts;
  for (int i = 0; i < comparisons; ++i) {
    const std::string verdict = verdict_of(simulated(rng, seeds, noise, factor, loss_rate));
    ++(verdict == "unresolved" ? counts.unresolved : verdict == "A: a" ? counts.a : counts.b);
  }
  return counts;
}

TEST(Verdicts, AMethodAgainstItselfStaysUnresolved) {
  EXPECT_GE(count_verdicts("A/A", 200, 12, 0.3, 1).unresolved, 190);
}

// 95 % of 200 leaves room for luck. In 4000 comparisons three standard deviations of a true 5 % are 41, and no side may
// be favoured.
TEST(Verdicts, FalseOnesAreAtMostFivePercent) {
  const Counts counts = count_verdicts("A/A, many", 4000, 12, 0.3, 1);
  EXPECT_LE(counts.a + counts.b, 200 + 41);
  EXPECT_NEAR(counts.a, counts.b, 3 * std::sqrt(200.0));
  const Counts with_losses = count_verdicts("A/A, lost runs", 2000, 12, 0.3, 1, 0.3);
  EXPECT_LE(with_losses.a + with_losses.b, 100 + 29);
}

TEST(Verdicts, APlantedFactorOfTwoIsFound) {
  const Counts counts = count_verdicts("planted", 200, 12, 0.3, 2);
  EXPECT_GE(counts.a, 190);
  EXPECT_EQ(counts.b, 0);
}

TEST(Verdicts, OneOfManyMethodsAgainstThemselvesIsFoundInFivePercentOfTables) {
  Rng rng(1, "families");
  int wrong = 0;
  for (int table = 0; table < 1000; ++table) {
    std::vector<CellRecord> cells;
    for (int seed = 0; seed < 12; ++seed)
      for (const char* method : {"a", "b", "c", "d"})
        cells.push_back(sample_cell(method, static_cast<std::uint64_t>(seed), std::exp(rng.normal())));
    const std::vector<LabelledReport> reports = {{"families", sample_report(std::move(cells))}};
    const Table verdicts = verdict_tables(reports)[0];
    EXPECT_EQ(verdicts.rows.size(), 6u);
    wrong += std::ranges::any_of(verdicts.rows, [](const auto& row) { return row.back().text != "unresolved"; });
  }
  EXPECT_LE(wrong, 50 + 21);
}

std::vector<CellRecord> clear_difference(int seeds) {
  std::vector<CellRecord> cells;
  for (int seed = 0; seed < seeds; ++seed) {
    cells.push_back(sample_cell("hig", static_cast<std::uint64_t>(seed), 0.1 + 0.01 * seed));
    cells.push_back(sample_cell("gn", static_cast<std::uint64_t>(seed), 0.4 + 0.05 * seed));
  }
  return cells;
}

TEST(VerdictTable, ByHand) {
  const std::vector<LabelledReport> reports = {{"clear", sample_report(clear_difference(6))}};
  const std::vector<Table> tables = verdict_tables(reports);
  ASSERT_EQ(tables.size(), 2u);
  const auto& row = tables[0].rows.at(0);
  EXPECT_EQ(row[1].text, "hig");
  EXPECT_EQ(row[2].text, "gn");
  const Entry ratio = row[testing::column_of(tables[0], "A / B")];
  EXPECT_NEAR(ratio.value, std::sqrt(0.12 / 0.5 * 0.13 / 0.55), 1e-12);
  EXPECT_NEAR(ratio.low, 0.15 / 0.65, 1e-12);
  EXPECT_NEAR(ratio.high, 0.1 / 0.4, 1e-12);
  EXPECT_EQ(row[testing::column_of(tables[0], "p")].value, 2.0 / 64);
  EXPECT_EQ(row[testing::column_of(tables[0], "test")].text, "Wilcoxon");
  EXPECT_EQ(row.back().text, "A: hig");
  // Both reach the target 0.5 with their first step at the same second: six ties.
  EXPECT_NE(tables[1].title.find("time to 0.5"), std::string::npos) << tables[1].title;
  EXPECT_EQ(tables[1].rows.at(0).back().text, "unresolved");
  EXPECT_EQ(tables[1].rows.at(0)[testing::column_of(tables[1], "test")].text, "sign");
}

TEST(VerdictTable, FewSeedsAreSaidToBeTooFew) {
  auto cells = clear_difference(6);
  for (int seed = 0; seed < 6; ++seed) cells.push_back(sample_cell("pg", static_cast<std::uint64_t>(seed), 9 + seed));
  const std::vector<LabelledReport> reports = {{"three methods", sample_report(std::move(cells))}};
  const Table table = verdict_tables(reports)[0];
  EXPECT_EQ(table.rows.size(), 3u);
  for (const auto& row : table.rows) EXPECT_EQ(row.back().text, "unresolved");
  ASSERT_FALSE(table.notes.empty());
  EXPECT_NE(table.notes[0].find("3 comparisons, at most 6 pairs each: the smallest p attainable is 0.0312, corrected "
                                "0.0938. No verdict is possible with so few seeds: at least 7 are needed."),
            std::string::npos)
      << table.notes[0];
}

TEST(VerdictTable, LostRunsAreWorseThanAnyNumber) {
  std::vector<CellRecord> cells;
  for (std::uint64_t seed = 0; seed < 7; ++seed) {
    cells.push_back(troubled_cell("gn", seed, Status::failed, "signal 11"));
    cells.push_back(sample_cell("hig", seed, 0.5 + static_cast<double>(seed)));
  }
  const std::vector<LabelledReport> reports = {{"lost", sample_report(cells)}};
  const Table table = verdict_tables(reports)[0];
  EXPECT_EQ(table.rows.at(0).back().text, "B: hig");
  EXPECT_EQ(table.rows.at(0)[testing::column_of(table, "A / B")].text, "inf");
}

TEST(VerdictTable, CellsThatStoppedAtTheirTargetAreTies) {
  auto cells = clear_difference(8);
  for (CellRecord& cell : cells) cell.status = Status::target_reached;
  const std::vector<LabelledReport> reports = {{"stopped", sample_report(std::move(cells))}};
  EXPECT_EQ(verdict_of(reports), "unresolved");
}

TEST(VerdictTable, OnlyCommonSeedsArePairsAndSkippedMethodsAreLeftOut) {
  std::vector<CellRecord> cells = {sample_cell("hig", 0, 0.1), sample_cell("hig", 1, 0.2), sample_cell("gn", 1, 0.3),
                                   sample_cell("gn", 2, 0.4), troubled_cell("pg", 0, Status::skipped, "no inverse")};
  const std::vector<LabelledReport> reports = {{"some", sample_report(std::move(cells), {{"heat", "lm", 0}})}};
  const Table table = verdict_tables(reports)[0];
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0][testing::column_of(table, "pairs")].value, 1);
  EXPECT_NEAR(table.rows[0][testing::column_of(table, "A / B")].value, 0.2 / 0.3, 1e-12);
}

TEST(VerdictTable, JoinedRunsAreSaidToDependOnTheMachine) {
  const auto last_notes = [](const std::vector<LabelledReport>& reports) {
    return render({verdict_tables(reports).back()}, TableFormat::text);
  };
  const LabelledReport one{"one", sample_report(clear_difference(6))}, two{"two", sample_report(clear_difference(6))};
  EXPECT_EQ(last_notes({one}).find("several runs"), std::string::npos);
  EXPECT_NE(last_notes({one, two}).find("several runs"), std::string::npos);
}

TEST(VerdictTable, NothingToCompare) {
  for (const Report& report : {sample_report({sample_cell("hig", 0, 0.1)}), sample_report({}, {{"heat", "hig", 0}})}) {
    const std::vector<LabelledReport> reports = {{"one", report}};
    const Table table = verdict_tables(reports)[0];
    EXPECT_TRUE(table.rows.empty());
    EXPECT_EQ(table.notes.at(0), "Fewer than two methods were tried: nothing to compare.");
  }
}

TEST(VerdictTable, OfTooManyRowsTheFirstIsComparedWithEveryOther) {
  std::vector<std::vector<CellRecord>> rows;
  constexpr int kRows = 70;  // 2415 comparisons
  for (int i = 0; i < kRows; ++i) {
    std::vector<double> losses;
    for (int seed = 0; seed < 20; ++seed) losses.push_back((i == 30 ? 0.1 : 1 + 0.01 * i) * (1 + 0.001 * (seed + i)));
    rows.push_back(seeded_cells("m" + std::to_string(i), losses));
  }
  const std::vector<LabelledReport> reports = one_report(rows);
  const Table table = verdict_tables(reports)[0];
  ASSERT_EQ(table.rows.size(), kRows - 1u);
  for (const auto& row : table.rows) EXPECT_TRUE(row[1].text == "m30" || row[2].text == "m30");
  EXPECT_NE(table.notes.at(0).find("2415 comparisons are too many to list"), std::string::npos) << table.notes.at(0);
  // Twenty seeds decide even so: the smallest p is 2^-19, corrected 0.0046.
  EXPECT_EQ(table.rows.front().back().text, "B: m30");
  EXPECT_EQ(answer_tables(reports).at(1).rows.front().back().text, "ahead of all others");
  rows.erase(rows.begin() + 10, rows.end());
  const std::vector<LabelledReport> few = one_report(rows);
  EXPECT_EQ(verdict_tables(few)[0].rows.size(), 45u);
}

TEST(VerdictTable, WhatNoSeedsCouldDecideIsSaidOfTheFirstAlone) {
  std::vector<std::vector<CellRecord>> rows;
  for (int i = 0; i < 5; ++i) {  // ten comparisons and six seeds: p is at least 0.31
    std::vector<double> losses;
    for (int seed = 0; seed < 6; ++seed) losses.push_back(0.01 * (1 + i) * (1 + 0.001 * (seed + i)));
    rows.push_back(seeded_cells("m" + std::to_string(i), losses));
  }
  const std::vector<LabelledReport> reports = one_report(rows);
  const Table leaders = answer_tables(reports).at(1);
  EXPECT_EQ(leaders.rows.front().back().text, "unresolved against all 4 others");
  EXPECT_EQ(verdict_tables(reports)[0].rows.size(), 10u);
}

}  // namespace
}  // namespace physgrad
