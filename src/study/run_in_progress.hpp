#pragma once
// A run directory as it fills.
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/study/cell_process.hpp"
#include "physgrad/study/continuation.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/study/workers.hpp"

namespace physgrad {

/// Who watches a run; calls come one at a time. Cells are named by their place in the plan.
struct RunWatcher {
  Tell tell;                                                          ///< a message for people, without an end of line
  std::function<void(std::size_t planned, std::size_t cells)> begin;  ///< `cells` of those planned are to be measured
  std::function<void(std::size_t, const CellKey&, const CurvePoint&)> point;
  std::function<void(std::size_t, const CellRecord&)> end;
};

/// Every cell's file is complete when the cell ends; report.json is written now and then, so that a cell costs the same
/// in a short run and in a long one (record/stored_run.hpp reads the cells of a run that goes on). In a shared
/// directory the last shard writes it, from everybody's cells.
class RunInProgress {
 public:
  /// Finds what is there already. `plan` has the cells to look after, in a shared directory a part of those that the
  /// header plans.
  RunInProgress(const Plan& plan, const RunDirectory& directory, RunHeader header, Environment here,
                RunWatcher watcher);

  /// Measures `jobs` cells at a time: what has no record yet or, where `only` says anything, what it means.
  void measure_wanted(int jobs, const std::vector<std::string>& only);
  /// Of these cells measures alone what ran beside other cells, and what was disturbed; that again, if it stays so.
  void measure_times_again();
  /// Writes report.json as of now. Returns this plan's part of it.
  Report finish();
  /// Whether what was written last is finished: everything that the header plans has ended, whoever measured it.
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  using Wanted = std::function<bool(std::size_t)>;
  [[nodiscard]] Report report() const;
  void save();
  void save_shared();
  void save_rarely();
  void measure(int jobs, const Wanted& wanted);
  void find_machine();
  [[nodiscard]] std::optional<CellRecord> measure_cell(std::size_t index, bool beside, const Processors& processors);
  [[nodiscard]] std::optional<CellRecord> measure_into(const std::filesystem::path& path, std::size_t index,
                                                       bool beside, const Processors& processors);
  [[nodiscard]] CellSpec spec_of(std::size_t index) const;

  const Plan& plan_;
  const RunDirectory& directory_;
  RunHeader header_;
  Environment here_;
  RunWatcher watcher_;
  int machine_ = 0;                 ///< where cells are measured now, among the header's
  std::vector<FoundCell> cells_;    ///< in the plan's order
  std::vector<bool> looked_after_;  ///< the cells that this call may measure
  bool finished_ = false;
  bool done_ = false;  ///< nothing is measured any more: until then cells may still be replaced
  std::mutex mutex_;
  double saved_at_ = 0, save_seconds_ = 0;  ///< of the last report.json
};

}  // namespace physgrad
