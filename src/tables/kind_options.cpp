#include "physgrad/tables/kind_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "physgrad/core/settings.hpp"

namespace physgrad {

void check_options(const std::string& kind, const KindOptions& options) {
  static const std::vector<std::string> groups = {"method", "family"};
  if (!options.budgets.empty() && kind != "budgets")
    throw UsageError(fmt::format("--budgets has no effect on the kind '{}'; it is of budgets", kind));
  if (!options.group.empty() && kind != "profile" && kind != "profiles")
    throw UsageError(fmt::format("--group has no effect on the kind '{}'; it is of performance profiles", kind));
  if (!options.group.empty() && !contains(groups, options.group))
    throw UsageError("--group: " + unknown_name_message("group", options.group, groups));
  const std::vector<double>& budgets = options.budgets;
  const bool positive = std::ranges::all_of(budgets, [](double each) { return each > 0 && std::isfinite(each); });
  if (!positive || std::ranges::adjacent_find(budgets, std::greater_equal<>()) != budgets.end())
    throw UsageError("--budgets takes positive numbers of seconds in increasing order, such as 1.8,10,30,120");
}

}  // namespace physgrad
