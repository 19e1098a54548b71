#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

std::vector<Column> time_columns() {
  std::vector<Column> columns = {{"method", false}, {"cells"},           {"timed"},          {"processor share"},
                                 {"steps"},         {"first step [ms]"}, {"step [ms]"},      {"mean [ms]"},
                                 {"p10 [ms]"},      {"p90 [ms]"},        {"handovers [%]"},  {"training [s]"},
                                 {"wall [s]"},      {"processor [s]"},   {"inference [us]"}, {"tuning [s]"}};
  for (std::size_t p = 0; p < kPhases; ++p) columns.push_back({fmt::format("{} [%]", to_text(static_cast<Phase>(p)))});
  return columns;
}

std::vector<Entry> time_row(const MethodRow& row, const std::vector<LabelledReport>& reports) {
  const std::vector<const CellRecord*>& tried = row.tried();
  const TimedCells timed = timed_cells(row);
  std::vector<Entry> line = {text_entry(row.method), text_entry(cells_text(row)),
                             text_entry(fmt::format("{}/{}", timed.hold ? timed.cells.size() : 0, tried.size())),
                             signed_entry(number_entry(timed.smallest_share()), timed)};
  const auto add = [&](auto number) { line.push_back(number_entry(quantile(row.collect(number), 0.5))); };
  const auto add_time = [&](auto number) { line.push_back(signed_entry(number_entry(timed.median(number)), timed)); };
  add([](const CellRecord& cell) { return static_cast<double>(cell.steps); });
  add_time([](const CellRecord& cell) { return 1e3 * cell.time.first_step_seconds; });
  add_time([](const CellRecord& cell) { return 1e3 * cell.time.step_median; });
  add_time([](const CellRecord& cell) { return 1e3 * cell.time.step_mean; });
  add_time([](const CellRecord& cell) { return 1e3 * cell.time.step_p10; });
  add_time([](const CellRecord& cell) { return 1e3 * cell.time.step_p90; });
  add([](const CellRecord& cell) { return 100 * cell.diagnostics.handovers / static_cast<double>(cell.steps); });
  add_time([](const CellRecord& cell) { return cell.time.train_seconds; });
  add_time([](const CellRecord& cell) { return cell.time.wall_seconds; });
  add_time([](const CellRecord& cell) { return cell.time.cpu_seconds; });
  add_time([](const CellRecord& cell) { return 1e6 * cell.time.inference_seconds; });
  line.push_back(number_entry(tuning_of(row.cells, reports)));
  for (std::size_t p = 0; p < kPhases; ++p)
    add_time([p](const CellRecord& cell) { return 100 * cell.time.phases[p] / cell.time.wall_seconds; });
  return line;
}

}  // namespace

std::vector<Table> time_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : reports.groups()) {
    Table table{
        fmt::format("{}: time ({})", group.problem, denominator_text(group)), group.problem, time_columns(), {}, {}};
    for (const MethodRow& row : group.rows) table.rows.push_back(time_row(row, reports.reports()));
    table.notes = trouble_notes(group);
    std::ranges::move(timing_notes(group), std::back_inserter(table.notes));
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.push_back(fmt::format(
        "Medians over seeds. timed: the cells whose times are shown, of those that were tried; a cell that ran beside "
        "others or had less than {} of a processor is not among them, and {} stands before times of a row that has no "
        "other cells. processor share: of one, the smallest of the cells shown. step, mean and percentiles: median, "
        "mean and percentiles "
        "over the steps after the first; handovers: steps in which the chosen kernel gave up and another one answered. "
        "Phases in per cent of the wall time; training is the wall time without evaluation, and is what budgets count. "
        "inference: the network with one sample. tuning: the search that found the settings, where the report knows "
        "it.",
        kFewestShare, kDisturbedSign));
  return tables;
}

}  // namespace physgrad
