#pragma once
// Settings of a pair without building it: what the catalogue resolves by, and what judges overrides.
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// A method's definition by its name, of the catalogue or a composition's. Throws UsageError.
[[nodiscard]] MethodDefinition find_method(const std::string& name);

/// The overrides that apply to this pair, the strongest last.
[[nodiscard]] std::vector<SettingOverride> matching(const std::vector<SettingOverride>& overrides,
                                                    const std::string& problem, const std::string& method);

/// Settings after such overrides. Throw UsageError for wrong values.
[[nodiscard]] Settings settled_problem(const std::string& problem, const std::vector<SettingOverride>& changes);
[[nodiscard]] Settings settled_method(const std::string& problem, const std::string& method,
                                      const std::vector<SettingOverride>& changes);

}  // namespace physgrad
