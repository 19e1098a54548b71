#pragma once
// What is compared between cells: the loss they end with, and what a target cost them.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/tables/grouping.hpp"
#include "physgrad/tables/table.hpp"

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

/// True where the cell's start is at or below `target`: for this cell it is no target, and what it cost says nothing.
[[nodiscard]] bool met_at_start(const CellRecord& cell, double target);

/// Processor time over wall time of the training; of an old report that of the whole cell. NaN where neither is known.
[[nodiscard]] double processor_share(const CellRecord& cell);
inline constexpr double kFewestShare = 0.95;  ///< of a processor, below which a cell was disturbed
/// False for a cell that ran beside others or was disturbed: its times are shown, but no median and no verdict on time
/// takes them.
[[nodiscard]] bool times_hold(const CellRecord& cell);
/// Whether what a cell ended with may be compared: a disturbed one had less of a processor, and so fewer steps, until
/// its budget of seconds was over.
[[nodiscard]] bool end_holds(const CellRecord& cell);

/// Tried cells that times are medians of: those whose times hold or, where there are none, all.
struct TimedCells {
  std::vector<const CellRecord*> cells;
  Trajectories trajectories;
  bool hold = true;          ///< false: all of them are disturbed, which kDisturbedSign says
  std::size_t left_out = 0;  ///< tried, but not among them
  [[nodiscard]] double median(const std::function<double(const CellRecord&)>& number) const;
  [[nodiscard]] double smallest_share() const;  ///< NaN where no cell knows
};
inline constexpr const char* kDisturbedSign = "~";  ///< before a time that only disturbed cells measured
[[nodiscard]] TimedCells timed_cells(const std::vector<const CellRecord*>& tried);
[[nodiscard]] TimedCells timed_cells(const MethodRow& row);
/// All tried cells of a row: for what is no time.
[[nodiscard]] TimedCells tried_cells(const MethodRow& row);
/// number_entry() or time_entry() of a time, with kDisturbedSign where it needs that.
[[nodiscard]] Entry signed_entry(Entry entry, const TimedCells& cells);

/// Seconds that the settings of a row were searched for: of the first cell that knows it, for all have the same.
[[nodiscard]] double tuning_of(const std::vector<const CellRecord*>& cells, const std::vector<LabelledReport>& reports);

/// 1, 3, 10, 30, .. between `low` and `high`; none unless 0 < low <= high < infinity.
[[nodiscard]] std::vector<double> log_marks(double low, double high);

/// What is said of names, as "NAME, NAME: text"; each text once, in the order in which they come first.
[[nodiscard]] std::vector<std::string> joined_notes(const std::vector<std::pair<std::string, std::string>>& said);

/// A line for the methods with cells whose times do not hold, one for each reason, and one for the smallest processor
/// share of the others.
[[nodiscard]] std::vector<std::string> timing_notes(const ProblemGroup& group);

}  // namespace physgrad
