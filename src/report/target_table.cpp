#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "report/bootstrap.hpp"
#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

/// "median [low, high]", infinities read "miss".
Entry cost_entry(const Spread& cost) {
  Entry entry = spread_entry(cost);
  entry.text = time_entry(cost.median).text;
  if (cost.low != cost.high && !std::isnan(cost.low))
    entry.text += fmt::format(" [{}, {}]", time_entry(cost.low).text, time_entry(cost.high).text);
  return entry;
}

Table loss_table(const ProblemGroup& group, MedianBootstrap& bootstrap) {
  Table table;
  table.title = fmt::format("{}: final losses ({})", group.problem, denominator_text(group));
  table.group = group.problem;
  table.columns = {{"method", false},
                   {"cells"},
                   {.header = "train loss", .spread = true},
                   {.header = "test loss", .spread = true}};
  for (const MethodRow& row : group.rows) {
    const auto losses = [&](double Losses::*which) {
      const auto values = row.collect([&](const CellRecord& cell) { return final_value(cell, which); });
      return spread_entry(bootstrap.interval(values));
    };
    table.rows.push_back({text_entry(row.method), text_entry(fmt::format("{}/{}", row.succeeded(), row.planned())),
                          losses(&Losses::train_loss), losses(&Losses::test_loss)});
  }
  return table;
}

std::vector<Entry> target_row(const MethodRow& row, double target, MedianBootstrap& bootstrap) {
  const auto costs = [&](Abscissa abscissa) {
    return row.collect([&](const CellRecord& cell) { return cost_to(cell, target, abscissa); });
  };
  const std::vector<double> seconds = costs(Abscissa::seconds);
  const auto reached = std::ranges::count_if(seconds, [](double value) { return std::isfinite(value); });
  const double rate = seconds.empty() ? kAbsent : static_cast<double>(reached) / static_cast<double>(seconds.size());
  return {text_entry(row.method),
          number_entry(target),
          text_entry(fmt::format("{}/{}", reached, seconds.size())),
          number_entry(rate),
          cost_entry(bootstrap.interval(seconds)),
          cost_entry(bootstrap.interval(costs(Abscissa::steps))),
          number_entry(expected_running_time(row.tried(), target))};
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
  for (const double target : group.targets())
    for (const MethodRow& row : group.rows) table.rows.push_back(target_row(row, target, bootstrap));
  table.notes = trouble_notes(group);
  std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
  return table;
}

}  // namespace

std::vector<Table> target_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  MedianBootstrap bootstrap;
  for (const ProblemGroup& group : group_cells(reports)) {
    tables.push_back(loss_table(group, bootstrap));
    tables.push_back(target_table(group, bootstrap));
  }
  if (!tables.empty())
    tables.back().notes.push_back(fmt::format(
        "Medians over seeds with [95 % bootstrap percentile intervals, {} resamples, fixed seed]; below 6 seeds these "
        "cover the median less often than that (3 seeds: at most 75 %). Misses and lost cells are infinite and stay. "
        "reached: of the cells that were tried. ERT: training seconds that all of them spent up to the target or to "
        "their end, divided by the number of those that reached it.",
        MedianBootstrap::kResamples));
  return tables;
}

}  // namespace physgrad
