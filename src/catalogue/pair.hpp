#pragma once
// A problem and a method with every setting resolved from defaults, the problem's .json and overrides.
#include <memory>
#include <string>
#include <vector>

#include "physgrad/catalogue/overrides.hpp"

namespace physgrad {

/// `given` holds the overrides that applied, `used` every setting of problem and method.
struct ResolvedPair {
  Problem problem;
  std::unique_ptr<Method> method;
  SettingMap given, used;
  std::string method_name;
  SettingMap problem_settings, method_settings;  ///< `used`, apart
  std::vector<SettingSpec> method_specs;         ///< the method's settings with their values, what they are and mean
};

/// Throws UsageError for a value that is out of range or does not fit. Precedence, weakest first: the method's and
/// problem's defaults, the problem's .json, overrides by their origin; among overrides of one origin the more scopes
/// the stronger, then the later.
[[nodiscard]] ResolvedPair resolve_pair(const Catalogue& catalogue, const std::string& problem,
                                        const std::string& method, const std::vector<SettingOverride>& overrides);

/// The same pair from all settings that it uses, as a record has them; `given` is passed on. Throws UsageError for a
/// setting that is missing, unknown or out of range.
[[nodiscard]] ResolvedPair build_pair(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                                      const SettingMap& used, const SettingMap& given);

}  // namespace physgrad
