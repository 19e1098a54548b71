#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/best.hpp"
#include "physgrad/tables/curves.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// The median over these cells, or absent as soon as one of them has no value there: a median over the survivors would
/// not be comparable.
double median_at(const TimedCells& cells, Abscissa abscissa, double mark) {
  const auto missing = [&](const CellRecord* cell) { return std::isnan(loss_at(*cell, abscissa, mark)); };
  if (std::ranges::any_of(cells.cells, missing)) return kAbsent;
  return cells.median([&](const CellRecord& cell) { return loss_at(cell, abscissa, mark); });
}

/// An axis of the curve: what is shown over, and of which cells. Losses at a time are times too.
struct CurveAxis {
  Abscissa abscissa;
  double lowest;
  const char *over, *header;
  bool time;
};
constexpr CurveAxis kSeconds{Abscissa::seconds, 1e-3, "training seconds", "at {:.3g} s", true};
constexpr CurveAxis kSteps{Abscissa::steps, 1, "steps", "step {:.0f}", false};

double end_of(const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }
double start_of(const CellRecord& cell) { return cell.initial.train_loss; }

Table curve_table(const ProblemGroup& group, const CurveAxis& axis) {
  Table table;
  table.title = fmt::format("{}: training loss over {} ({})", group.problem, axis.over, denominator_text(group));
  table.group = group.problem;
  const auto [low, high] = extent(group, axis.abscissa);
  const std::vector<double> marks = log_marks(std::max(low, axis.lowest), high);
  table.columns = {{"method", false}, {"cells"}, {"start"}};
  for (const double mark : marks) table.columns.push_back({fmt::format(fmt::runtime(axis.header), mark)});
  table.columns.push_back({"end"});
  for (const MethodRow& row : group.rows) {
    std::vector<Entry> line = {text_entry(row.method), text_entry(cells_text(row)),
                               number_entry(quantile(row.collect(start_of), 0.5))};
    const TimedCells cells = axis.time ? timed_cells(row) : tried_cells(row);
    for (const double mark : marks)
      line.push_back(signed_entry(number_entry(median_at(cells, axis.abscissa, mark)), cells));
    line.push_back(number_entry(quantile(row.collect(end_of), 0.5)));
    table.rows.push_back(std::move(line));
  }
  if (const auto best = best_row(group, {end_of, false, start_of})) table.rows[*best].back().best = true;
  if (axis.time) table.notes = timing_notes(group);
  return table;
}

}  // namespace

std::vector<Table> convergence_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  const std::vector<ProblemGroup>& groups = reports.groups();
  for (const ProblemGroup& group : groups) {
    tables.push_back(curve_table(group, kSeconds));
    tables.push_back(curve_table(group, kSteps));
    tables.back().notes = trouble_notes(group);
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "Medians over seeds of the last measured loss at or before each mark (losses are as the problem defines them, "
        "without a unit); \"-\" where a cell had not begun or had ended. cells: succeeded/planned. start, end: before "
        "the "
        "first and after the last step.");
  if (std::string marks = mark_note(groups); !marks.empty()) tables.back().notes.push_back(std::move(marks));
  return tables;
}

}  // namespace physgrad
