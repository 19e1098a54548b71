#include "physgrad/tables/break_even_costs.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace physgrad {

double training_seconds(const TaskRow& row, double target) {
  return row.cells.median([&](const CellRecord& cell) {
    return met_at_start(cell, target) ? kAbsent : cost_to(cell, target, Abscissa::seconds);
  });
}

double or_zero(double seconds) { return std::isnan(seconds) ? 0 : seconds; }

double paid(const TaskRow& row, double target) { return training_seconds(row, target) + or_zero(row.tuning_seconds); }

Solution solution_of(const TaskRow& solver, double target, double from) {
  Solution result;
  std::vector<double> seconds;
  for (const CellRecord* cell : solver.cells.cells) {
    if (met_at_start(*cell, target)) ++result.below;
    if (met_at_start(*cell, std::isinf(from) ? target : from)) continue;
    const double end = cost_to(*cell, target, Abscissa::seconds);
    seconds.push_back(std::isinf(from) || std::isinf(end) ? end : end - cost_to(*cell, from, Abscissa::seconds));
  }
  result.instances = seconds.size();
  const MedianInterval interval = median_interval(seconds, 0.95);
  result.seconds = {quantile(std::move(seconds), 0.5), interval.low, interval.high};
  return result;
}

double inference_seconds(const TaskRow& row) {
  return row.cells.median([](const CellRecord& cell) { return cell.time.inference_seconds; });
}

double uses(double once, double each) {
  if (std::isnan(once) || std::isnan(each)) return kAbsent;
  if (once <= 0) return 0;
  if (!(each > 0) || std::isinf(once)) return kInfinity;
  return std::isinf(each) ? 1 : std::ceil(once / each);
}

std::vector<double> targets_of(const BreakEvenTask& task) {
  std::vector<double> targets;
  for (const TaskRow& row : task.networks)
    for (const CellRecord* cell : row.cells.cells)
      for (const TargetRecord& target : cell->targets)
        if (!std::isnan(target.loss) && !met_at_start(*cell, target.loss)) targets.push_back(target.loss);
  std::ranges::sort(targets, std::greater<>());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

}  // namespace physgrad
