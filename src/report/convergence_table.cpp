#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

using Place = double (*)(const CurvePoint&);
double seconds_of(const CurvePoint& point) { return point.seconds; }
double steps_of(const CurvePoint& point) { return static_cast<double>(point.step); }

/// The last measured loss at or before `mark`. After the end of training: infinite for a diverged or failed cell, the
/// end's loss where a target stopped it, and otherwise absent.
double loss_at(const CellRecord& cell, Place place, double mark) {
  double loss = std::numeric_limits<double>::quiet_NaN();
  if (cell.curve.empty()) return loss;
  for (const CurvePoint& point : cell.curve)
    if (place(point) <= mark) loss = miss_if_absent(point.losses.train_loss);
  if (mark <= place(cell.curve.back()) || cell.status == Status::target_reached) return loss;
  const bool lost = cell.status == Status::diverged || cell.status == Status::failed;
  return lost ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
}

/// The median over all tried cells, or absent as soon as one of them has no value there: a median over the survivors
/// would not be comparable.
double median_at(const MethodRow& row, Place place, double mark) {
  const auto values = row.collect([&](const CellRecord& cell) { return loss_at(cell, place, mark); });
  const bool complete = std::ranges::none_of(values, [](double value) { return std::isnan(value); });
  return complete ? quantile(values, 0.5) : std::numeric_limits<double>::quiet_NaN();
}

/// Smallest positive and largest place of any point.
std::pair<double, double> extent(const ProblemGroup& group, Place place) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.cells)
      for (const CurvePoint& point : cell->curve) {
        if (place(point) > 0) low = std::min(low, place(point));
        high = std::max(high, place(point));
      }
  return {low, high};
}

Table curve_table(const ProblemGroup& group, Place place, double lowest, const char* over, const char* header) {
  Table table;
  table.title = fmt::format("{}: training loss over {} ({})", group.problem, over, denominator_text(group));
  table.group = group.problem;
  const auto [low, high] = extent(group, place);
  const std::vector<double> marks = log_marks(std::max(low, lowest), high);
  table.columns = {{"method", false}, {"cells"}, {"start"}};
  for (const double mark : marks)
    table.columns.push_back({.header = fmt::format(fmt::runtime(header), mark), .marked = true});
  table.columns.push_back({.header = "end", .marked = true});
  for (const MethodRow& row : group.rows) {
    const auto median = [&](double Losses::*loss, Losses CellRecord::*at) {
      return quantile(row.collect([&](const CellRecord& cell) { return (cell.*at).*loss; }), 0.5);
    };
    std::vector<Entry> line = {text_entry(row.method), text_entry(fmt::format("{}/{}", row.succeeded(), row.planned())),
                               number_entry(median(&Losses::train_loss, &CellRecord::initial))};
    for (const double mark : marks) line.push_back(number_entry(median_at(row, place, mark)));
    line.push_back(number_entry(quantile(row.collect([](const CellRecord& cell) {
      return cell.status == Status::failed || cell.status == Status::diverged ? std::numeric_limits<double>::infinity()
                                                                              : miss_if_absent(cell.final.train_loss);
    }),
                                         0.5)));
    table.rows.push_back(std::move(line));
  }
  return table;
}

}  // namespace

std::vector<Table> convergence_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : group_cells(reports)) {
    tables.push_back(curve_table(group, seconds_of, 1e-3, "training seconds", "at {:.3g} s"));
    tables.push_back(curve_table(group, steps_of, 1, "steps", "step {:.0f}"));
    tables.back().notes = trouble_notes(group);
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "Medians over seeds of the last measured loss at or before each mark; \"-\" where a cell had not begun or had "
        "ended.");
  return tables;
}

}  // namespace physgrad
