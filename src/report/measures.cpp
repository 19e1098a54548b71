#include "report/measures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "report/cell_lines.hpp"
#include "report/statistics.hpp"

namespace physgrad {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TargetRecord target_of(const CellRecord& cell, double loss) {
  const auto found = std::ranges::find(cell.targets, loss, &TargetRecord::loss);
  return found != cell.targets.end() ? *found : targets_of_curve(cell.curve, {loss}).front();
}

/// Targets are reached at points of the curve; null in a report without those points.
const CurvePoint* point_at(const CellRecord& cell, double steps) {
  const auto at = std::ranges::find_if(
      cell.curve, [&](const CurvePoint& point) { return static_cast<double>(point.step) == steps; });
  return at != cell.curve.end() ? &*at : nullptr;
}

double samples_at(const CellRecord& cell, double steps) {
  const CurvePoint* point = point_at(cell, steps);
  return point != nullptr ? static_cast<double>(point->samples) : steps * static_cast<double>(cell.sizes.batch);
}

double calls_at(const CellRecord& cell, double steps) {
  const CurvePoint* point = point_at(cell, steps);
  return point != nullptr ? miss_if_absent(point->simulator_calls) : kInfinity;
}

}  // namespace

double final_value(const CellRecord& cell, double Losses::*which) {
  const bool lost =
      cell.status == Status::failed || cell.status == Status::out_of_memory || cell.status == Status::diverged;
  return lost ? kInfinity : miss_if_absent(cell.final.*which);
}

const char* to_text(Abscissa abscissa) {
  constexpr const char* names[] = {"seconds", "steps", "samples", "simulator calls"};
  return names[static_cast<std::size_t>(abscissa)];
}

double cost_to(const CellRecord& cell, double target, Abscissa abscissa) {
  const TargetRecord record = target_of(cell, target);
  if (std::isnan(record.seconds)) return kInfinity;
  if (record.steps == 0) return 0;  // the clock shows the fraction of a microsecond between two of its readings
  if (abscissa == Abscissa::seconds) return record.seconds;
  if (abscissa == Abscissa::steps) return record.steps;
  return abscissa == Abscissa::samples ? samples_at(cell, record.steps) : calls_at(cell, record.steps);
}

double seconds_spent(const CellRecord& cell, double target) {
  if (const double seconds = cost_to(cell, target, Abscissa::seconds); std::isfinite(seconds)) return seconds;
  if (!std::isnan(cell.time.train_seconds)) return cell.time.train_seconds;
  return cell.curve.empty() ? 0 : cell.curve.back().seconds;
}

double expected_running_time(const std::vector<const CellRecord*>& cells, double target) {
  if (cells.empty()) return kAbsent;
  double spent = 0;
  int successes = 0;
  for (const CellRecord* cell : cells) {
    spent += seconds_spent(*cell, target);
    if (std::isfinite(cost_to(*cell, target, Abscissa::seconds))) ++successes;
  }
  return successes == 0 ? kInfinity : spent / successes;
}

bool knows(const std::vector<ProblemGroup>& groups, Abscissa abscissa) {
  if (abscissa != Abscissa::simulator_calls) return true;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows)
      for (const CellRecord* cell : row.cells)
        if (!cell->curve.empty() && !std::isnan(cell->curve.back().simulator_calls)) return true;
  return false;
}

std::vector<double> log_marks(double low, double high) {
  std::vector<double> marks;
  if (!(low > 0 && low <= high) || !std::isfinite(high)) return marks;  // no points at all, or edited ones
  const int last = static_cast<int>(std::floor(std::log10(high))) + 1;
  for (int power = static_cast<int>(std::floor(std::log10(low))); power <= last; ++power)
    for (const double digit : {1.0, 3.0}) {
      // Parsing gives the double that the mark's text means; a product would be off by an ulp.
      const double mark = std::strtod(fmt::format("{}e{}", digit, power).c_str(), nullptr);
      if (mark >= low && mark <= high) marks.push_back(mark);
    }
  return marks;
}

std::vector<std::string> timing_notes(const ProblemGroup& group) {
  std::vector<std::string> notes;
  for (const MethodRow& row : group.rows)
    if (std::ranges::any_of(row.cells, [](const CellRecord* cell) { return !cell->timing_valid; }))
      notes.push_back(fmt::format("{}: measured beside other cells, so its times are not valid", row.method));
  return notes;
}

}  // namespace physgrad
