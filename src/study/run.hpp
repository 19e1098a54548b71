#pragma once
// The whole of a run: planned, measured or gone on with.
#include <functional>
#include <string>
#include <vector>

#include "physgrad/study/run_in_progress.hpp"

namespace physgrad {

struct RunOptions {
  int jobs = 1;                     ///< cells at a time
  bool timing = false;              ///< measure again, alone, what was not timed well
  std::vector<std::string> tables;  ///< files that `conclude` writes below tables/
};

struct RunResult {
  Report report;
  int signal = 0;  ///< what ended the run early, or 0
};

/// Measures the plan in its directory, which nobody else can use until `conclude` is done with the result. Throws
/// UsageError and WriteError.
RunResult run_plan(const Plan& plan, const std::vector<std::string>& command, const RunOptions& options,
                   const RunWatcher& watcher, const std::function<void(const RunResult&)>& conclude);

}  // namespace physgrad
