// A value is marked as best only where verdicts put every other row behind one, and where it is better than not
// training.
#include "physgrad/tables/best.hpp"

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

using testing::column_of;
using testing::one_report;
using testing::seeded_cells;

const std::vector<double> kLow = {0.01, 0.02, 0.011, 0.012, 0.013, 0.014}, kHigh = {0.1, 0.3, 0.15, 0.17, 0.19, 0.2};

/// Of the column, by rows: the start first.
std::vector<bool> marks(const std::vector<LabelledReport>& reports, const std::string& header) {
  const Table table = summary_tables(reports).front();
  return best_rows(table, column_of(table, header));
}

const std::vector<bool> kNone = {false, false, false};

TEST(BestRow, IsWhatPairedTestsPutBeforeEveryOther) {
  EXPECT_EQ(marks(one_report({seeded_cells("hig", kLow), seeded_cells("gn", kHigh)}), "train loss"),
            (std::vector<bool>{false, true, false}));
  EXPECT_EQ(marks(one_report({seeded_cells("hig", kHigh), seeded_cells("gn", kLow)}), "best train"),
            (std::vector<bool>{false, false, true}));
}

TEST(BestRow, FewSeedsMarkNothingAndTheTableSaysWhy) {
  const std::vector<double> low(kLow.begin(), kLow.begin() + 3), high(kHigh.begin(), kHigh.begin() + 3);
  const auto reports = one_report({seeded_cells("hig", low), seeded_cells("gn", high)});
  EXPECT_EQ(marks(reports, "train loss"), kNone);
  const std::string text = render(summary_tables(reports), TableFormat::markdown);
  EXPECT_EQ(text.find("**"), std::string::npos) << text;
  EXPECT_NE(text.find("No value is marked as best: that takes verdicts, and 3 different paired runs cannot give them; "
                      "at least 6 seeds are needed."),
            std::string::npos)
      << text;
}

TEST(BestRow, ASmallerMedianThatSeedsContradictIsNotMarked) {
  // Half of the seeds the other way round.
  EXPECT_EQ(marks(one_report({seeded_cells("hig", {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}),
                              seeded_cells("gn", {0.2, 0.11, 0.4, 0.3, 0.7, 0.55})}),
                  "train loss"),
            kNone);
}

TEST(BestRow, NeedsAVerdictAgainstEveryRow) {
  const auto third = seeded_cells("lm", {0.011, 0.018, 0.012, 0.011, 0.014, 0.013});
  const auto reports = one_report({seeded_cells("hig", kLow), seeded_cells("gn", kHigh), third});
  EXPECT_EQ(marks(reports, "train loss"), (std::vector<bool>{false, false, false, false}));
}

/// The untrained network's error was smaller, though every method made it larger.
TEST(BestRow, IsNothingThatTrainingMadeWorse) {
  auto better = seeded_cells("hig", kLow), worse = seeded_cells("gn", kHigh);
  for (auto* cells : {&better, &worse})
    for (CellRecord& cell : *cells) {
      cell.initial.x_error_relative = 1.05;
      cell.final.x_error_relative = cells == &better ? 1.3 + 0.01 * cell.final.train_loss : 2 + cell.final.train_loss;
    }
  EXPECT_EQ(marks(one_report({better, worse}), "x error (rel.)"), kNone);
  for (CellRecord& cell : better) cell.final.x_error_relative -= 0.5;
  EXPECT_EQ(marks(one_report({better, worse}), "x error (rel.)"), (std::vector<bool>{false, true, false}));
}

TEST(BestRow, IsNothingWithAMissOrALostCell) {
  auto better = seeded_cells("hig", kLow);
  better[5].status = Status::diverged;
  EXPECT_EQ(marks(one_report({better, seeded_cells("gn", kHigh)}), "train loss"), kNone);
}

TEST(BestRow, CopiesOfOneTrajectoryAreOneSeed) {
  std::vector<CellRecord> better, worse;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    better.push_back(testing::sample_cell("hig", 0, 0.01));
    worse.push_back(testing::sample_cell("gn", 0, 0.1));
    better.back().key.seed = worse.back().key.seed = seed;
  }
  EXPECT_EQ(marks(one_report({better, worse}), "train loss"), kNone);
}

/// Cells that reach 0.5 at these seconds.
std::vector<CellRecord> timed(const std::string& method, const std::vector<double>& seconds) {
  auto cells = seeded_cells(method, kLow);
  for (std::size_t i = 0; i < cells.size(); ++i) cells[i].targets[0].seconds = seconds[i];
  return cells;
}

TEST(BestRow, TimesAreMarkedOnlyWhereTheyHold) {
  auto fast = timed("hig", {1, 2, 3, 4, 5, 6}), slow = timed("gn", {11, 13, 15, 17, 19, 21});
  EXPECT_EQ(marks(one_report({fast, slow}), "to 0.5 [s]"), (std::vector<bool>{false, true, false}));
  slow[3].disturbed = true;  // five pairs are left
  EXPECT_EQ(marks(one_report({fast, slow}), "to 0.5 [s]"), kNone);
  // A loss at the end of a budget of time is as disturbed as the time.
  auto low = seeded_cells("hig", kLow), high = seeded_cells("gn", kHigh);
  high[3].processor_share = 0.5;
  EXPECT_EQ(marks(one_report({low, high}), "train loss"), kNone);
  high[3].status = Status::completed;
  EXPECT_EQ(marks(one_report({low, high}), "train loss"), (std::vector<bool>{false, true, false}));
}

Quantity final_loss() {
  return {[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
          [](const CellRecord& cell) { return cell.initial.train_loss; }};
}

/// Log-normal losses of methods of these sizes, with a difficulty that a seed's methods share.
std::vector<LabelledReport> drawn(Rng& rng, const std::vector<double>& sizes, int seeds, double noise) {
  std::vector<std::vector<CellRecord>> parts;
  std::vector<double> difficulty;
  for (int seed = 0; seed < seeds; ++seed) difficulty.push_back(rng.normal());
  for (std::size_t m = 0; m < sizes.size(); ++m) {
    std::vector<double> losses;
    for (const double hard : difficulty) losses.push_back(sizes[m] * std::exp(-6 + hard + noise * rng.normal()));
    parts.push_back(seeded_cells("m" + std::to_string(m), losses));
  }
  return one_report(parts);
}

/// All pairs of 30 methods corrected together take 15 seeds before anything can be said; who is first takes 11.
TEST(BestRow, ThirtyMethodsTakeElevenSeeds) {
  Rng rng(5, "thirty");
  std::vector<double> sizes(30, 1.0);
  sizes[7] = 1e-2;
  for (const int seeds : {10, 11}) {
    const auto reports = drawn(rng, sizes, seeds, 0.1);
    const ReportSet set(reports);
    const ProblemGroup& group = set.groups().front();
    const Standings found = standings(group, final_loss());
    EXPECT_EQ(found.best.has_value(), seeds == 11);
    EXPECT_EQ(mark_power(group).needed, 11u);
    if (found.best) {
      EXPECT_EQ(group.rows[*found.best].method, "m7");
    }
  }
}

/// Of methods that are equal none may be called the best more often than once in 20, and a method that is the best is
/// called beaten at most half as often.
TEST(BestRow, IsSeldomTheWrongOne) {
  Rng rng(11, "wrong");
  constexpr int kReports = 1000;
  for (const std::vector<double>& sizes :
       {std::vector<double>{1, 1}, std::vector<double>(8, 1.0), std::vector<double>{1, 1, 3, 9, 9, 9, 9, 9}}) {
    int named = 0, beaten = 0;
    for (int i = 0; i < kReports; ++i) {
      const auto reports = drawn(rng, sizes, 9, 1);
      const ReportSet set(reports);
      const Standings found = standings(set.groups().front(), final_loss());
      named += found.best ? 1 : 0;
      beaten += std::ranges::find(found.unbeaten, 0u) == found.unbeaten.end() ? 1 : 0;
    }
    // Three standard deviations above what is promised.
    EXPECT_LE(named, 0.05 * kReports + 3 * std::sqrt(0.05 * kReports)) << sizes.size();
    EXPECT_LE(beaten, 0.025 * kReports + 3 * std::sqrt(0.025 * kReports)) << sizes.size();
  }
}

TEST(RankIntervals, AreWhatVerdictsLeave) {
  const auto reports = one_report({seeded_cells("pg", {0.1, 0.3, 0.15, 0.17, 0.19, 0.2, 0.21, 0.22}),
                                   seeded_cells("gn", {0.01, 0.02, 0.011, 0.012, 0.013, 0.014, 0.015, 0.016}),
                                   seeded_cells("hig", {0.012, 0.018, 0.012, 0.011, 0.014, 0.013, 0.013, 0.018})});
  const ReportSet set(reports);
  const ProblemGroup& group = set.groups().front();
  const auto intervals = rank_intervals(group, row_verdicts(group, final_loss()));
  for (std::size_t i = 0; i < group.rows.size(); ++i) {
    const bool last = group.rows[i].method == "pg";
    EXPECT_EQ(intervals[i].low, last ? 3u : 1u) << group.rows[i].method;
    EXPECT_EQ(intervals[i].high, last ? 3u : 2u) << group.rows[i].method;
  }
}

}  // namespace
}  // namespace physgrad
