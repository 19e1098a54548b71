#pragma once
// The whole of a run: planned, measured or gone on with.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/study/run_in_progress.hpp"
#include "physgrad/study/shard.hpp"

namespace physgrad {

struct RunOptions {
  std::optional<Shard> shard = {};       ///< measure this part of the plan, in a directory that others may share
  std::vector<std::string> only = {};    ///< measure again what these mean (study/only.hpp), and nothing else
  std::vector<std::string> tables = {};  ///< files that `conclude` writes below tables/
};

struct RunResult {
  Report report;          ///< of what this call looks after: of a shard's cells
  bool finished = false;  ///< every cell of the plan ended, and no other shard measures any
  int signal = 0;         ///< what ended the run early, or 0
};

/// Measures the plan in its directory, which nobody else can use until `conclude` is done with the result; a shard's
/// cells nobody else. Throws UsageError and WriteError.
RunResult run_plan(const Plan& plan, const std::vector<std::string>& command, const RunOptions& options,
                   const RunWatcher& watcher, const std::function<void(const RunResult&)>& conclude);

/// The plan with the cells of a shard alone.
[[nodiscard]] Plan part_of(const Plan& plan, const std::optional<Shard>& shard);

}  // namespace physgrad
