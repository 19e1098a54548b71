#pragma once
// What becomes of overrides, and messages for those that mean nothing.
#include <string>
#include <vector>

#include "physgrad/catalogue/overrides.hpp"

namespace physgrad {

/// Whether the override's scopes fit the problem, which has a setting of this key.
[[nodiscard]] bool concerns_problem(const Catalogue& catalogue, const SettingOverride& change,
                                    const std::string& problem);

/// What becomes of an override in one pair: it decides a setting, or why it does not.
struct Fate {
  enum class Kind { elsewhere, unknown, idle, beaten, decides };
  Kind kind = Kind::elsewhere;
  std::string reason = {};
};
/// Of every override in the pair, which is not built for it.
[[nodiscard]] std::vector<Fate> override_fates(const Catalogue& catalogue, const std::string& problem,
                                               const std::string& method,
                                               const std::vector<SettingOverride>& overrides);

/// Throws UsageError where an override's scope is not in the run or nothing in its scope knows its key: what has it and
/// how it is written there, or the known keys and the nearest. `overrides` are all of the run.
void check_override(const Catalogue& catalogue, const SettingOverride& change, const std::vector<std::string>& problems,
                    const std::vector<std::string>& methods, const std::vector<SettingOverride>& overrides);
void check_overrides(const Catalogue& catalogue, const std::vector<SettingOverride>& overrides,
                     const std::vector<std::string>& problems, const std::vector<std::string>& methods);

}  // namespace physgrad
