#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/statistics/bootstrap.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

Entry cost_entry(const Spread& cost) { return spread_entry(cost, {.infinite = "miss"}); }

Table loss_table(const ProblemGroup& group, MedianBootstrap& bootstrap) {
  Table table;
  table.title = fmt::format("{}: final losses ({})", group.problem, denominator_text(group));
  table.group = group.problem;
  table.columns = {
      {"method", false}, {"cells"}, {.header = "train loss", .spread = true}, {.header = "test loss", .spread = true}};
  for (const MethodRow& row : group.rows) {
    const auto losses = [&](double Losses::*which) {
      const auto values = row.collect([&](const CellRecord& cell) { return final_value(cell, which); });
      return spread_entry(bootstrap.interval(values));
    };
    table.rows.push_back(
        {text_entry(row.method), text_entry(cells_text(row)), losses(&Losses::train_loss), losses(&Losses::test_loss)});
  }
  return table;
}

/// Seconds are those of the cells whose times hold, where there are any.
std::vector<Entry> target_row(const MethodRow& row, double target, MedianBootstrap& bootstrap) {
  const auto costs = [&](const Trajectories& cells, Abscissa abscissa) {
    return collect_distinct(cells, [&](const CellRecord& cell) { return open_cost(cell, target, abscissa); });
  };
  std::vector<const CellRecord*> tried = row.tried();
  std::erase_if(tried, [&](const CellRecord* cell) { return met_at_start(*cell, target); });
  const bool all = tried.size() == row.tried().size();
  const TimedCells timed = all ? timed_cells(row) : timed_cells(tried);
  const std::vector<double> steps = costs(all ? row.distinct() : distinct_trajectories(tried), Abscissa::steps);
  const auto reached = std::ranges::count_if(steps, [](double value) { return std::isfinite(value); });
  const double rate = steps.empty() ? kAbsent : static_cast<double>(reached) / static_cast<double>(steps.size());
  return {text_entry(row.method),
          number_entry(target),
          text_entry(fmt::format("{}/{}", reached, steps.size())),
          number_entry(rate),
          signed_entry(cost_entry(bootstrap.interval(costs(timed.trajectories, Abscissa::seconds))), timed),
          cost_entry(bootstrap.interval(steps)),
          signed_entry(number_entry(expected_running_time(timed.cells, target)), timed)};
}

bool is_tried(const ProblemGroup& group) {
  return std::ranges::any_of(group.rows, [](const MethodRow& row) { return !row.tried().empty(); });
}

/// Methods stand side by side within a target: that is what is compared.
Table target_table(const ProblemGroup& group, MedianBootstrap& bootstrap) {
  Table table;
  table.title = fmt::format("{}: targets ({})", group.problem, denominator_text(group));
  table.group = group.problem;
  table.columns = {{"method", false},
                   {"target loss"},
                   {"reached"},
                   {"success rate"},
                   {.header = "to it [s]", .spread = true},
                   {.header = "to it [steps]", .spread = true},
                   {"ERT [s]"}};
  for (const double target : group.targets()) {
    if (!is_open(group, target) && is_tried(group)) {
      table.notes.push_back(fmt::format("{:.3g} is no target: every cell starts there or below", target));
      continue;
    }
    for (const MethodRow& row : group.rows) table.rows.push_back(target_row(row, target, bootstrap));
  }
  std::ranges::move(trouble_notes(group), std::back_inserter(table.notes));
  std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
  return table;
}

}  // namespace

std::vector<Table> target_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  MedianBootstrap bootstrap;
  for (const ProblemGroup& group : reports.groups()) {
    tables.push_back(loss_table(group, bootstrap));
    tables.push_back(target_table(group, bootstrap));
  }
  if (!tables.empty())
    tables.back().notes.push_back(fmt::format(
        "cells: succeeded/planned. Medians over seeds (losses are as the problem defines them, without a unit) with "
        "[95 % bootstrap percentile intervals, {} resamples, fixed seed]; below 6 seeds these "
        "cover the median less often than that (3 seeds: at most 75 %). Misses and lost cells are infinite and stay. "
        "reached: of the distinct trajectories that did not start there or below. ERT: training seconds that all of "
        "them spent up to the target or to "
        "their end, divided by the number of those that reached it.",
        MedianBootstrap::kResamples));
  return tables;
}

}  // namespace physgrad
