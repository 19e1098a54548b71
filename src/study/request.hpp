#pragma once
// What a run is asked for, as texts: the options of the command line and of a config file.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/record/report.hpp"

namespace physgrad {

/// What a config file asks for where the command line does not: what is left of it has no effect for a good reason.
struct FileRequest {
  std::vector<std::string> problems, methods;  ///< its lists, though the command line may have others
  std::vector<std::string> sets, sweeps;
};

/// What a study file of an earlier run says: every task with every setting, so that no default decides anything.
struct ResolvedStudy {
  std::string source;  ///< for messages
  std::string profile;
  Limits limits;                ///< of the run, with the settings that were given
  std::vector<CellSpec> tasks;  ///< without seeds; empty: there is no such study
};

/// The options of `run` as given; what is empty falls back to the config file, then to the default suite.
struct RunRequest {
  std::vector<std::string> problems, methods, sets, sweeps;
  std::string profile, seeds, config, out, memory_limit;
  FileRequest file;
  ResolvedStudy study;
  std::vector<TuningNote> tuning;          ///< what a config file of `tune` says about its search
  std::vector<std::uint64_t> tuned_seeds;  ///< on which nothing may be reported any more
  std::optional<double> budget, timeout;
  std::optional<long> steps;
  std::optional<long> jobs, threads;
  bool timing = false;
  bool save_weights = false;
  std::vector<std::string> only;  ///< "failed", "missing" or patterns: what of a run that is there is measured again
  std::string shard;              ///< "2/4" or "slurm"; empty: everything
  std::optional<bool> target_stop;
  bool quiet = false;
  bool silent_end = false;  ///< no summary on standard output at the end
};

}  // namespace physgrad
