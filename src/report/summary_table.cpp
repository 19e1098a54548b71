#include <fmt/format.h>

#include <cmath>

#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

/// A problem without a known solution has no error in x: absent then, not missed.
bool has_x_error(const ProblemGroup& group) {
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.cells)
      if (!std::isnan(cell->initial.x_error)) return true;
  return false;
}

std::vector<Entry> summary_row(const MethodRow& row, const std::vector<double>& targets, bool x_error) {
  const auto losses = [&](double Losses::*which) {
    return row.collect([&](const CellRecord& cell) { return final_value(cell, which); });
  };
  const auto median = [&](auto number) { return quantile(row.collect(number), 0.5); };
  std::vector<Entry> line = {text_entry(row.method), text_entry(fmt::format("{}/{}", row.succeeded(), row.planned())),
                             spread_entry(spread(losses(&Losses::train_loss))),
                             number_entry(quantile(losses(&Losses::test_loss), 0.5))};
  if (x_error) line.push_back(number_entry(quantile(losses(&Losses::x_error), 0.5)));
  line.push_back(number_entry(median([](const CellRecord& cell) { return static_cast<double>(cell.steps); })));
  line.push_back(number_entry(median([](const CellRecord& cell) { return 1e3 * cell.time.step_median; })));
  for (const double target : targets)
    line.push_back(
        time_entry(median([&](const CellRecord& cell) { return cost_to(cell, target, Abscissa::seconds); })));
  return line;
}

}  // namespace

std::vector<Table> summary_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : group_cells(reports)) {
    const std::vector<double> targets = group.targets();
    const bool x_error = has_x_error(group);
    Table table{fmt::format("{} ({})", group.problem, denominator_text(group)), group.problem, {}, {}, {}};
    table.columns = {{"method", false},
                     {"cells", true},
                     {.header = "train loss", .marked = true, .spread = true},
                     {.header = "test loss", .marked = true}};
    if (x_error) table.columns.push_back({.header = "x error", .marked = true});
    table.columns.push_back({"steps"});
    table.columns.push_back({"step [ms]"});
    for (const double target : targets)
      table.columns.push_back({.header = fmt::format("to {:.3g} [s]", target), .marked = true});
    for (const MethodRow& row : group.rows) table.rows.push_back(summary_row(row, targets, x_error));
    table.notes = trouble_notes(group);
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "cells: succeeded/planned. Medians over seeds; train loss with [smallest, largest], from 4 seeds on "
        "[quartiles]. \"to L\": training seconds until the training loss is at most L, misses counted as infinite.");
  return tables;
}

}  // namespace physgrad
