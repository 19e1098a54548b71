#pragma once
// How much of its processors a program finds free.
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace physgrad {

/// What a group of processes may take together, and where its use is counted.
struct ProcessorQuota {
  double processors = std::numeric_limits<double>::infinity();
  std::filesystem::path group;  ///< the folder that says so; empty without a quota
};
/// The tightest quota over this process's control group (version 1 or 2) and the groups it is in. `proc` and `cgroups`
/// are where the system shows them.
[[nodiscard]] ProcessorQuota processor_quota(const std::filesystem::path& proc = "/proc",
                                             const std::filesystem::path& cgroups = "/sys/fs/cgroup");

/// Numbers of processors, fractions included.
struct ProcessorLoad {
  double usable = 1;   ///< that this program may use: by its affinity and its quota
  double running = 0;  ///< other threads of the machine that ran or waited for a processor
  double idle =
      std::numeric_limits<double>::quiet_NaN();  ///< usable ones that did nothing; NaN: not looked at, unknown
};

/// Numbers of the processors that this program may use, in order; none where the system does not tell.
[[nodiscard]] std::vector<int> allowed_processors();
/// How many they are, or that are online where it does not tell; at least 1.
[[nodiscard]] int usable_processors();

/// Looks for some milliseconds; where that leaves it open whether `wanted` processors are free, for some 60 more.
[[nodiscard]] ProcessorLoad processor_load(int wanted);

/// What to tell somebody who is about to measure on `wanted` processors: one line without an end, empty where they are
/// free.
[[nodiscard]] std::string load_warning(const ProcessorLoad& load, int wanted);

}  // namespace physgrad
