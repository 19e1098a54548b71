#pragma once
// What a run is going to do: cells in order, limits, and where they are written.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/catalogue/identity.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad::driver {

/// What a config file asks for where the command line does not: what is left of it has no effect for a good reason.
struct FileRequest {
  std::vector<std::string> problems, methods;  ///< its lists, though the command line may have others
  std::vector<std::string> sets, sweeps;
};

/// The options of `run` as given; what is empty falls back to the config file, then to the default suite.
struct RunRequest {
  std::vector<std::string> problems, methods, sets, sweeps;
  std::string profile, seeds, config, out, memory_limit;
  FileRequest file;
  std::vector<TuningNote> tuning;          ///< what a config file of `tune` says about its search
  std::vector<std::uint64_t> tuned_seeds;  ///< on which nothing may be reported any more
  std::optional<double> budget, timeout;
  std::optional<long> steps;
  int jobs = 1;
  bool timing = false;
  std::optional<bool> target_stop;
  bool quiet = false;
  bool silent_end = false;  ///< no summary on standard output at the end
};

struct Plan {
  std::vector<std::string> problems, methods;
  std::vector<std::uint64_t> seeds;
  std::vector<SettingOverride> overrides;
  std::string profile;
  std::vector<TuningNote> tuning;
  Limits limits;
  std::map<std::string, double> budgets;  ///< of published set-ups, by problem, in seconds; empty without
  /// Seeds outermost, then problems and their sweeps, then methods and theirs. From seed to seed the methods change
  /// places in a circle, so that over as many seeds each has been in every place and a drift of the machine favours
  /// nobody.
  std::vector<CellKey> cells;
  std::filesystem::path directory;
  std::map<CellKey, Identity> identities;  ///< by the cell without its seed

  /// The overrides of one cell: the run's and its swept settings.
  [[nodiscard]] std::vector<SettingOverride> overrides_of(const CellKey& cell) const;
  /// Training seconds of a problem's cells, infinite where steps alone bound them.
  [[nodiscard]] double budget_of(const std::string& problem) const;
  [[nodiscard]] CellLimits limits_of(const std::string& problem) const;
  [[nodiscard]] const Identity& identity_of(CellKey cell) const {
    cell.seed = 0;
    return identities.at(cell);
  }
};

/// What `run` does without options, for its help: problems x methods.
[[nodiscard]] std::string default_suite_text();
/// The keys of a config file.
[[nodiscard]] const std::vector<std::string>& config_keys();

/// What a config file says, laid under the options of the command line, which win: an option replaces the file's key,
/// --steps or --budget both of these keys, --set and --sweep every setting that they cover, however it is qualified
/// there. Throws ReadError, for empty lists too.
[[nodiscard]] RunRequest with_config(RunRequest request, const JsonView& config);
/// The same with the file that the request names, which it names no more.
[[nodiscard]] RunRequest with_named_config(RunRequest request);

/// Throws UsageError for anything that cannot be carried out or would have no effect, before a cell runs.
[[nodiscard]] Plan make_plan(const RunRequest& request);

/// The settings for one pair that is not trained, of the request's --set and config, whose lists are of no account
/// here; problem and method are its only ones. Throws UsageError as above, and where the config sweeps one of them.
[[nodiscard]] std::vector<SettingOverride> pair_overrides(const RunRequest& request);

/// The whole of `run`: plans, measures or continues, writes report and tables, prints the summary. Returns the exit
/// code, 128 + the signal after an interrupt.
int run_suite(const RunRequest& request, const std::vector<std::string>& command);

}  // namespace physgrad::driver
