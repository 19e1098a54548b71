#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

std::vector<Column> time_columns() {
  std::vector<Column> columns = {{"method", false}, {"cells"},         {"steps"},          {"first step [ms]"},
                                 {"step [ms]"},     {"p10 [ms]"},      {"p90 [ms]"},       {"training [s]"},
                                 {"wall [s]"},      {"processor [s]"}, {"inference [us]"}, {"tuning [s]"}};
  for (std::size_t p = 0; p < kPhases; ++p) columns.push_back({fmt::format("{} [%]", to_text(static_cast<Phase>(p)))});
  return columns;
}

/// Of the first cell that knows it: all cells of a row have the same settings.
double tuning_of(const MethodRow& row, const std::vector<LabelledReport>& reports) {
  for (const CellRecord* cell : row.cells)
    for (const LabelledReport& each : reports)
      if (const double seconds = tuning_seconds(each.report.header, *cell); !std::isnan(seconds)) return seconds;
  return kAbsent;
}

std::vector<Entry> time_row(const MethodRow& row, const std::vector<LabelledReport>& reports) {
  std::vector<Entry> line = {text_entry(row.method), text_entry(fmt::format("{}/{}", row.succeeded(), row.planned()))};
  const auto add = [&](auto number) { line.push_back(number_entry(quantile(row.collect(number), 0.5))); };
  add([](const CellRecord& cell) { return static_cast<double>(cell.steps); });
  add([](const CellRecord& cell) { return 1e3 * cell.time.first_step_seconds; });
  add([](const CellRecord& cell) { return 1e3 * cell.time.step_median; });
  add([](const CellRecord& cell) { return 1e3 * cell.time.step_p10; });
  add([](const CellRecord& cell) { return 1e3 * cell.time.step_p90; });
  add([](const CellRecord& cell) { return cell.time.train_seconds; });
  add([](const CellRecord& cell) { return cell.time.wall_seconds; });
  add([](const CellRecord& cell) { return cell.time.cpu_seconds; });
  add([](const CellRecord& cell) { return 1e6 * cell.time.inference_seconds; });
  line.push_back(number_entry(tuning_of(row, reports)));
  for (std::size_t p = 0; p < kPhases; ++p)
    add([p](const CellRecord& cell) { return 100 * cell.time.phases[p] / cell.time.wall_seconds; });
  return line;
}

}  // namespace

std::vector<Table> time_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : group_cells(reports)) {
    Table table{
        fmt::format("{}: time ({})", group.problem, denominator_text(group)), group.problem, time_columns(), {}, {}};
    for (const MethodRow& row : group.rows) table.rows.push_back(time_row(row, reports));
    table.notes = trouble_notes(group);
    std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "Medians over seeds. Step percentiles are of the steps after the first. Phases in per cent of the wall time; "
        "training is the wall time without evaluation, and is what budgets count. inference: the network with one "
        "sample. tuning: the search that found the settings, where the "
        "report knows it.");
  return tables;
}

}  // namespace physgrad
