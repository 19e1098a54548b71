#pragma once
// What a run is going to do: cells in order, limits, and where they are written.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/record/report.hpp"
#include "physgrad/study/request.hpp"

namespace physgrad {

struct Plan {
  Catalogue catalogue;  ///< that the names are of
  std::vector<std::string> problems, methods;
  std::vector<std::uint64_t> seeds;
  std::vector<SettingOverride> overrides;
  std::string profile;
  std::vector<TuningNote> tuning;
  std::vector<std::uint64_t> tuned_seeds;  ///< on which nothing may be reported any more
  Limits limits;
  std::map<std::string, double> budgets;  ///< of published set-ups, by problem, in seconds; empty without
  /// Seeds outermost, then problems and their sweeps, then methods and theirs. From seed to seed the methods change
  /// places in a circle, so that over as many seeds each has been in every place and a drift of the machine favours
  /// nobody.
  std::vector<CellKey> cells;
  std::filesystem::path directory;
  bool in_own_folder = false;  ///< nobody named the directory: it is to be one that is not there yet
  int jobs = 1;                ///< cells at a time
  bool timing = false;         ///< measure again, alone, what was not timed well
  bool save_weights = false;   ///< keep those that each cell ends with
  /// By the cell without its seed: what it is, and why it cannot run, where it cannot.
  struct Task {
    CellSpec spec;
    std::string skip_reason;
  };
  std::map<CellKey, Task> tasks;
  std::vector<CellKey> order;  ///< of the tasks: problems with their sweeps, then methods and theirs

  /// Appends one. Its key has no seed.
  void add_task(Task task);
  /// The overrides of one cell: the run's and its swept settings.
  [[nodiscard]] std::vector<SettingOverride> overrides_of(const CellKey& cell) const;
  /// Training seconds of a problem's cells, infinite where steps alone bound them.
  [[nodiscard]] double budget_of(const std::string& problem) const;
  [[nodiscard]] CellLimits limits_of(const std::string& problem) const;
  [[nodiscard]] const Task& task_of(CellKey cell) const {
    cell.seed = 0;
    return tasks.at(cell);
  }
  [[nodiscard]] CellSpec spec_of(const CellKey& cell) const;
};

/// What `run` does without options, for its help: problems x methods, of those that the catalogue has.
[[nodiscard]] std::string default_suite_text(const Catalogue& catalogue);
/// Throws UsageError for anything that cannot be carried out or would have no effect, before a cell runs.
[[nodiscard]] Plan make_plan(const Catalogue& catalogue, const RunRequest& request);

/// The settings for one pair that is not trained, of the request's --set and config, whose lists are of no account
/// here; problem and method are its only ones. `weaker` are others that hold where these say nothing. Throws UsageError
/// as above, and where the config sweeps one of them.
[[nodiscard]] std::vector<SettingOverride> pair_overrides(const Catalogue& catalogue, const RunRequest& request,
                                                          const std::vector<SettingOverride>& weaker = {});

}  // namespace physgrad
