#pragma once
// What learning and solving cost: a network its training once and an inference a use, a solver a solution a use.
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/break_even_tasks.hpp"

namespace physgrad {

/// Training seconds, of the cells that did not begin below the target; absent where all did.
[[nodiscard]] double training_seconds(const TaskRow& row, double target);
[[nodiscard]] double or_zero(double seconds);
/// What a network cost when it reached `target`: training, and the search for its settings where the report knows it.
[[nodiscard]] double paid(const TaskRow& row, double target);
[[nodiscard]] double inference_seconds(const TaskRow& row);

/// A solver's seconds from a start, or from one loss, to a smaller one: over the instances that did not begin there.
struct Solution {
  Spread seconds{kAbsent, kAbsent, kAbsent};  ///< median with its 95 % interval
  std::size_t instances = 0, below = 0;
};

[[nodiscard]] Solution solution_of(const TaskRow& solver, double target, double from = kInfinity);

/// Uses after which `once` has been saved at `each` a use; infinite: never.
[[nodiscard]] double uses(double once, double each);

/// Targets that at least one network did not meet before its first step, largest first.
[[nodiscard]] std::vector<double> targets_of(const BreakEvenTask& task);

/// The smallest finite cost among the rows that may stand beside each other.
const TaskRow* cheapest(const std::vector<TaskRow>& rows, const std::string& clock, auto cost) {
  const TaskRow* best = nullptr;
  double least = kInfinity;
  for (const TaskRow& row : rows) {
    if (row.clock != clock) continue;
    const double own = cost(row);
    if (!std::isfinite(own)) continue;
    // What only disturbed cells say is taken where nothing else is known.
    const bool better = best == nullptr || (row.cells.hold == best->cells.hold ? own < least : row.cells.hold);
    if (!better) continue;
    best = &row;
    least = own;
  }
  return best;
}

}  // namespace physgrad
