// What is read off a long training at shorter budgets: losses, ranks, verdicts, and what becomes of them.
#include "physgrad/tables/budgets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad::testing {
namespace {

/// A cell of 120 s that has `early` from 1 s on and `late` from 100 s on, its errors in x twice that.
CellRecord long_cell(const std::string& method, std::uint64_t seed, double early, double late) {
  CellRecord cell = seeded_cells(method, std::vector<double>(seed + 1, late)).back();
  const double own = 1 + 1e-3 * static_cast<double>(seed);
  cell.limits.budget_seconds = 120;
  cell.curve.clear();
  const auto add = [&](long step, double seconds, double loss) {
    const Losses losses{loss, loss, 2 * loss, 2 * loss, 2 * loss};
    cell.curve.push_back({step, seconds, 32 * step, losses, 0x10ull * seed + static_cast<std::uint64_t>(step)});
  };
  add(0, 0, 1);
  add(10, 1, early * own);
  add(1000, 100, late * own);
  add(1200, 120.01, late * own / 2);
  cell.initial = cell.curve.front().losses;
  cell.final = cell.best = cell.curve.back().losses;
  cell.targets.clear();
  return cell;
}

std::vector<CellRecord> long_cells(const std::string& method, int seeds, double early, double late) {
  std::vector<CellRecord> cells;
  for (int seed = 0; seed < seeds; ++seed)
    cells.push_back(long_cell(method, static_cast<std::uint64_t>(seed), early, late));
  return cells;
}

/// gn is first early on, dp-adam at the end; hig is always last.
std::vector<LabelledReport> crossing(int seeds) {
  return one_report({long_cells("gn", seeds, 0.1, 0.09), long_cells("dp-adam", seeds, 0.2, 0.01),
                     long_cells("hig", seeds, 0.5, 0.4)});
}

TEST(Budgets, TheLastPointNotLaterIsReadAndTheEndAtTheBudget) {
  const CellRecord cell = long_cell("gn", 0, 0.1, 0.01);
  EXPECT_EQ(value_at(cell, &Losses::train_loss, 0.5), 1);
  EXPECT_EQ(value_at(cell, &Losses::train_loss, 99), 0.1);
  EXPECT_EQ(value_at(cell, &Losses::x_error_relative, 100), 0.02);
  EXPECT_EQ(value_at(cell, &Losses::train_loss, 119), 0.01);
  EXPECT_EQ(value_at(cell, &Losses::train_loss, 120), 0.005);
  EXPECT_TRUE(std::isnan(value_at(cell, &Losses::train_loss, 121)));
}

TEST(Budgets, ALostCellIsInfiniteFromWhereItsCurveEnds) {
  CellRecord cell = long_cell("gn", 0, 0.1, 0.01);
  for (const Status status : {Status::diverged, Status::failed, Status::out_of_memory}) {
    cell.status = status;
    EXPECT_EQ(value_at(cell, &Losses::train_loss, 50), 0.1) << to_text(status);
    EXPECT_EQ(value_at(cell, &Losses::train_loss, 130), kInfinity) << to_text(status);
  }
  cell.curve.clear();
  EXPECT_EQ(value_at(cell, &Losses::train_loss, 50), kInfinity);
}

TEST(Budgets, WhoStoppedAtTheLastTargetKeepsIt) {
  CellRecord cell = long_cell("gn", 0, 0.1, 0.01);
  cell.status = Status::target_reached;
  cell.targets = {{0.5, 1, 10}, {0.02, 100, 1000}};
  EXPECT_EQ(value_at(cell, &Losses::train_loss, 200), 0.02);
}

TEST(Budgets, AreThoseThatTheTrainingLastsOrSharesOfIt) {
  const auto reports = crossing(1);
  const std::vector<ProblemGroup> groups = group_cells(reports);
  EXPECT_EQ(budgets_of(groups, {}), (std::vector<double>{1.8, 10, 30, 120}));
  EXPECT_EQ(budgets_of(groups, {5, 6}), (std::vector<double>{5, 6}));
  const auto brief = one_report({seeded_cells("gn", {0.2})});
  const std::vector<double> shares = budgets_of(group_cells(brief), {});
  ASSERT_EQ(shares.size(), 4u);
  EXPECT_EQ(shares.back(), 2);
  EXPECT_DOUBLE_EQ(shares.front(), 2 * 1.8 / 120);
  EXPECT_TRUE(budgets_of({}, {}).empty());
}

TEST(Budgets, RanksAndVerdictsChangeWithTheBudget) {
  const auto reports = crossing(8);
  const std::vector<Table> tables = make_tables("budgets", reports);
  ASSERT_EQ(tables.size(), 6u);  // mean ranks, losses and orders, by the loss and by the error in x
  const auto of = [](const Table& table, const std::string& method, const std::string& header) {
    for (const auto& line : table.rows)
      if (line[1].text == method) return line[column_of(table, header)].value;
    throw std::out_of_range(method);
  };
  EXPECT_EQ(of(tables[0], "gn", "at 1.8 s"), 1);
  EXPECT_EQ(of(tables[0], "gn", "at 120 s"), 2);
  EXPECT_EQ(of(tables[1], "dp-adam", "rank at 30 s"), 2);
  EXPECT_EQ(of(tables[1], "dp-adam", "rank at 120 s"), 1);
  EXPECT_NEAR(of(tables[1], "hig", "at 10 s"), 0.5, 1e-2);
  EXPECT_NEAR(of(tables[4], "hig", "at 10 s"), 1, 1e-2);
  const auto& first = tables[2].rows.front();  // gn, dp-adam
  EXPECT_EQ(first[column_of(tables[2], "at 1.8 s")].text, "gn");
  EXPECT_EQ(first[column_of(tables[2], "at 120 s")].text, "dp-adam");
  EXPECT_EQ(tables[2].notes.front(),
            "Of 3 pairs that verdicts order at 1.8 s, 2 are ordered so at 120 s too, 1 the other way round and 0 no "
            "longer; 0 more are ordered there alone. By medians alone 2 of 3 pairs keep their order.");
}

TEST(Budgets, FewSeedsDecideNothingAndTheTableSaysSo) {
  const auto reports = crossing(3);
  const std::vector<Table> tables = make_tables("budgets", reports);
  EXPECT_EQ(tables[2].rows.front()[3].text, "unresolved");
  EXPECT_NE(tables[2].notes.front().find("No verdict"), std::string::npos);
  EXPECT_TRUE(std::ranges::any_of(tables.back().notes, [](const std::string& note) {
    return note.find("No value is marked as best") != note.npos;
  }));
}

TEST(Budgets, ALostMethodHasTheLastRank) {
  auto cells = long_cells("sven", 3, 0.05, kAbsent);
  for (CellRecord& cell : cells) {
    cell.status = Status::diverged;
    cell.curve.resize(2);
  }
  const auto reports = one_report({long_cells("gn", 3, 0.1, 0.09), cells});
  const std::vector<ProblemGroup> groups = group_cells(reports);
  const std::vector<AtBudget> at = read_at(groups.front(), &Losses::train_loss, {0.9, 1, 120});
  ASSERT_EQ(at.size(), 3u);
  EXPECT_EQ(at[1].ranks, (std::vector<double>{2, 1}));
  EXPECT_EQ(at[2].medians[1], kInfinity);
  EXPECT_EQ(at[2].ranks, (std::vector<double>{1, 2}));
}

TEST(Budgets, ASchedule) {
  auto cells = long_cells("dp-adam", 3, 0.2, 0.01);
  for (CellRecord& cell : cells) cell.used["schedule"] = std::string("cosine");
  auto reports = one_report({long_cells("gn", 3, 0.1, 0.09), cells});
  for (CellRecord& cell : reports.front().report.cells)
    cell.problem_settings = {"widths"};  // the schedule is no task's
  const std::vector<Table> tables = make_tables("budgets", reports);
  EXPECT_EQ(tables[1].rows[0][2].text, "-");
  EXPECT_EQ(tables[1].rows[1][2].text, "cosine");
  const std::vector<Figure> figures = make_figures("budgets", reports);
  EXPECT_TRUE(std::ranges::any_of(figures.front().notes, [](const std::string& note) {
    return note.find("dp-adam has a schedule (cosine)") != note.npos;
  }));
}

TEST(Budgets, FiguresHaveALineAMethod) {
  const auto reports = crossing(3);
  const std::vector<Figure> figures = make_figures("budgets", reports, {.budgets = {2, 20, 120}});
  ASSERT_EQ(figures.size(), 2u);
  EXPECT_EQ(figures[0].name, "budgets");
  EXPECT_EQ(figures[0].series.front().label, "dp-adam");
  EXPECT_EQ(figures[0].series.front().x, (std::vector<double>{2, 20, 120}));
  EXPECT_EQ(figures[0].series.front().y, (std::vector<double>{2, 2, 1}));
  EXPECT_EQ(figures[0].summary, "Lowest are gn at 2 s and dp-adam at 120 s.");
  EXPECT_EQ(figures[1].problem, "heat");
  EXPECT_EQ(figures[1].series.front().y.back(), 1);
  EXPECT_NEAR(figures[1].series.front().y.front(), 2, 1e-12);
}

TEST(XErrorFigure, FollowsTheMediansOfBoth) {
  std::vector<CellRecord> cells = long_cells("dp-adam", 3, 0.2, 0.02);
  for (CellRecord& cell : cells) cell.curve[3].losses.x_error_relative = 3;
  const auto reports = one_report({cells});
  const std::vector<Figure> figures = make_figures("x-error", reports);
  ASSERT_EQ(figures.size(), 1u);
  const Series& path = figures[0].series.front();
  ASSERT_EQ(path.x.size(), 4u);
  EXPECT_EQ(path.x.front(), 1);
  EXPECT_EQ(path.y.front(), 2);
  EXPECT_NEAR(path.x.back(), 0.01, 1e-4);
  EXPECT_EQ(path.y.back(), 3);
  EXPECT_EQ(figures[0].series.back().drawing, Drawing::points);
  EXPECT_NE(figures[0].summary.find("dp-adam 74.9"), std::string::npos) << figures[0].summary;
  EXPECT_TRUE(make_figures("x-error", one_report({seeded_cells("gn", {0.2})})).empty());
}

TEST(XErrorFigure, ADivergedMethodEndsWithACross) {
  std::vector<CellRecord> cells = long_cells("dp-adam", 3, 0.2, 0.02);
  for (std::size_t i = 0; i < 2; ++i) {
    cells[i].status = Status::diverged;
    cells[i].curve.resize(3);
  }
  const auto reports = one_report({cells});
  const Series path = make_figures("x-error", reports).front().series.front();
  EXPECT_TRUE(path.cross_at_end);
  EXPECT_EQ(path.x.size(), 3u);
}

TEST(KindOptions, AreRefusedWhereTheyHaveNoEffect) {
  const auto reports = crossing(1);
  EXPECT_THROW((void)make_tables("summary", reports, {.budgets = {1}}), UsageError);
  EXPECT_THROW((void)make_tables("budgets", reports, {.group = "family"}), UsageError);
  EXPECT_THROW((void)make_figures("convergence", reports, {.budgets = {1}}), UsageError);
  EXPECT_THROW((void)make_figures("ecdf", reports, {.group = "method"}), UsageError);
  EXPECT_THROW((void)make_figures("profile", reports, {.group = "famly"}), UsageError);
  for (const std::vector<double>& budgets : {std::vector<double>{0}, {-1, 2}, {2, 1}, {2, 2}, {kInfinity}, {kAbsent}})
    EXPECT_THROW((void)make_tables("budgets", reports, {.budgets = budgets}), UsageError);
}

TEST(FamilyProfiles, TheCheapestAndTheMedianMember) {
  const auto with_target = [](const std::string& method, double seconds) {
    std::vector<CellRecord> cells = seeded_cells(method, {0.2, 0.21, 0.22});
    for (CellRecord& cell : cells) cell.targets = {{0.5, seconds, seconds}};
    return cells;
  };
  const auto reports = one_report(
      {with_target("dp-adam", 1), with_target("dp-sgd", kAbsent), with_target("dp-muon", 8), with_target("gn", 2)});
  const Table table = make_tables("profiles", reports, {.group = "family"}).front();
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(entry(table, "DP, first order: cheapest of 3", "rho(1)").value, 1);
  EXPECT_EQ(entry(table, "GN and damped: cheapest of 1", "rho(1)").value, 0);
  EXPECT_EQ(entry(table, "GN and damped: cheapest of 1", "rho(2)").value, 1);
  EXPECT_EQ(entry(table, "GN and damped: median of 1", "rho(1)").value, 1);
  EXPECT_EQ(entry(table, "DP, first order: median of 3", "rho(3)").value, 0);
  EXPECT_EQ(entry(table, "DP, first order: median of 3", "rho(5)").value, 1);
  const std::vector<Figure> figures = make_figures("profile", reports, {.group = "family"});
  ASSERT_FALSE(figures.empty());
  EXPECT_EQ(figures.front().series.size(), 2u);
  EXPECT_EQ(figures.front().title, "performance profiles of families by seconds");
}

TEST(Budgets, ABudgetThatNoTrainingHasIsRefused) {
  const auto reports = crossing(6);
  EXPECT_THROW((void)budget_tables(reports, {1.8, 1000}), UsageError);
  EXPECT_FALSE(budget_tables(reports, {1.8, 120}).empty());
}

/// Every pair's order is read: with 14 methods and 10 seeds none can be, though the first can.
TEST(Budgets, OrdersOfPairsAreCorrectedForAllPairs) {
  std::vector<std::vector<CellRecord>> parts;
  for (int m = 0; m < 14; ++m) parts.push_back(long_cells("m" + std::to_string(m), 10, 0.1 * (m + 1), 0.01 * (m + 1)));
  const auto reports = one_report(parts);
  const ReportSet set(reports);
  const ProblemGroup& group = set.groups().front();
  const AtBudget at = read_at(group, &Losses::train_loss, {1.8}).front();
  EXPECT_EQ(at.verdict(0, 1), Verdict::unresolved);
  const Quantity quantity{[](const CellRecord& cell) { return value_at(cell, &Losses::train_loss, 1.8); }, true};
  EXPECT_EQ(standings(group, quantity).best, std::optional<std::size_t>(0));
}

}  // namespace
}  // namespace physgrad::testing
