#pragma once
// What is given takes effect or is refused; the command line beats the file.
#include <vector>

#include "physgrad/study/sweeps.hpp"

namespace physgrad {

/// What a request sets and sweeps.
struct Given {
  std::vector<SettingOverride> overrides;  ///< of the file, then of the command line
  std::vector<Sweep> sweeps;
};

/// Without what the command line covers of the file's. Throws UsageError for texts that cannot be read, and for a
/// setting that one origin gives twice.
[[nodiscard]] Given read_given(const Catalogue& catalogue, const RunRequest& request);

/// The given overrides that decide a setting of a cell that can run. Throws UsageError where one, or a sweep, decides
/// none: why, and where it would. A file's need only decide one in the file's own run. The plan has problems, methods
/// and published overrides.
[[nodiscard]] std::vector<SettingOverride> effective_overrides(const Given& given, const RunRequest& request,
                                                               const Plan& plan, const std::vector<CellKey>& cells);

}  // namespace physgrad
