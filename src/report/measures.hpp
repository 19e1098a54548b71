#pragma once
// What is compared between cells: the loss they end with, and what a target cost them.
#include <string>
#include <vector>

#include "report/grouping.hpp"

namespace physgrad {

/// What a cell that was tried ends up with; a failed, diverged or exhausted one is infinitely bad.
[[nodiscard]] double final_value(const CellRecord& cell, double Losses::*which);

/// What progress is measured against: training seconds, updates, samples that updates used, or runs of the simulator
/// and products with its Jacobian, of one sample each.
enum class Abscissa { seconds, steps, samples, simulator_calls };
inline constexpr Abscissa kAbscissae[] = {Abscissa::seconds, Abscissa::steps, Abscissa::samples,
                                          Abscissa::simulator_calls};
[[nodiscard]] const char* to_text(Abscissa abscissa);

/// Up to the first measured point with a training loss of at most `target`; infinite where it was missed, and 0 where
/// the start was there already, or in a report that does not know the cost. A target that the cell did not carry
/// (joined reports) is read off its curve.
[[nodiscard]] double cost_to(const CellRecord& cell, double target, Abscissa abscissa);

/// False where the reports are too old to know what anything cost by `abscissa`.
[[nodiscard]] bool knows(const std::vector<ProblemGroup>& groups, Abscissa abscissa);

/// Training seconds up to the target or, where it was missed, up to the end: of a cell whose process died up to its
/// last measured point, which is too little.
[[nodiscard]] double seconds_spent(const CellRecord& cell, double target);

/// Expected running time in seconds: what all cells spent, divided by the number of those that reached the target; the
/// mean time until the first success when runs are repeated independently (Hansen et al. 2021, COCO, Optimization
/// Methods and Software 36, 114). Infinite without a success, NaN without cells.
[[nodiscard]] double expected_running_time(const std::vector<const CellRecord*>& cells, double target);

/// 1, 3, 10, 30, .. between `low` and `high`; none unless 0 < low <= high < infinity.
[[nodiscard]] std::vector<double> log_marks(double low, double high);

/// One line for every method with a cell that ran beside others.
[[nodiscard]] std::vector<std::string> timing_notes(const ProblemGroup& group);

}  // namespace physgrad
