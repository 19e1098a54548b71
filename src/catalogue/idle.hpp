#pragma once
// Settings that exist and still change nothing, because of what others are.
#include <string>
#include <vector>

#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/core/problem.hpp"

namespace physgrad {

/// Why the override's setting changes nothing in a pair with these resolved settings, of the problem `name` and of a
/// method that needs `needs` (method_needs()); empty where it does.
[[nodiscard]] std::string idle_reason(const SettingOverride& change, const std::string& name,
                                      const ProblemDefinition& problem, const std::vector<std::string>& needs,
                                      const Settings& of_problem, const Settings& of_method);

}  // namespace physgrad
