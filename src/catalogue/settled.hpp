#pragma once
// Settings of a problem and of a method without building them: what pairs are resolved by, and what judges overrides.
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"
#include "physgrad/catalogue/overrides.hpp"

namespace physgrad {

/// A method's definition by its name, of the catalogue or a composition's. Throws UsageError.
[[nodiscard]] MethodDefinition find_method(const Catalogue& catalogue, const std::string& name);

/// Settings, and which of them somebody gave.
struct Settled {
  Settings settings;
  SettingMap given;
};

/// Settings after such overrides. Throw UsageError for wrong values.
[[nodiscard]] Settled settled_problem(const Catalogue& catalogue, const std::string& problem,
                                      const std::vector<SettingOverride>& changes);
[[nodiscard]] Settled settled_method(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                                     const std::vector<SettingOverride>& changes);

}  // namespace physgrad
