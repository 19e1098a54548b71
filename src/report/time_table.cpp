#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

std::vector<Column> time_columns() {
  std::vector<Column> columns = {{"method", false}, {"cells"},        {"steps"},    {"first step [ms]"},
                                 {"step [ms]"},     {"p10 [ms]"},     {"p90 [ms]"}, {"training [s]"},
                                 {"wall [s]"},      {"processor [s]"}};
  for (std::size_t p = 0; p < kPhases; ++p) columns.push_back({fmt::format("{} [%]", to_text(static_cast<Phase>(p)))});
  return columns;
}

std::vector<Entry> time_row(const MethodRow& row) {
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
    for (const MethodRow& row : group.rows) table.rows.push_back(time_row(row));
    table.notes = trouble_notes(group);
    std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "Medians over seeds. Step percentiles are of the steps after the first. Phases in per cent of the wall time; "
        "training is the wall time without evaluation, and is what budgets count.");
  return tables;
}

}  // namespace physgrad
