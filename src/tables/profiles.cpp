#include "physgrad/tables/profiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/families.hpp"

namespace physgrad {
namespace {

/// The median over seeds, and infinite where the method has no cells.
double typical_cost(const Instance& instance, const std::string& method, Abscissa abscissa) {
  const MethodRow* row = instance.row(method);
  if (row == nullptr) return kInfinity;
  std::vector<double> costs =
      row->collect([&](const CellRecord& cell) { return open_cost(cell, instance.target, abscissa); });
  return miss_if_absent(quantile(std::move(costs), 0.5));
}

/// Infinite where the method missed, which is so for all where every one did.
double ratio_to_best(double cost, double best) {
  if (std::isinf(cost)) return kInfinity;
  return cost == best ? 1 : cost / best;
}

/// Costs become ratios.
void compare_costs(std::vector<Profile>& profiles, std::size_t instances) {
  for (std::size_t i = 0; i < instances; ++i) {
    double best = kInfinity;
    for (const Profile& each : profiles) best = std::min(best, each.ratios[i]);
    for (Profile& each : profiles) each.ratios[i] = ratio_to_best(each.ratios[i], best);
  }
}

}  // namespace

const char* to_text(Member member) { return member == Member::cheapest ? "cheapest" : "median"; }

std::vector<Profile> method_profiles(const std::vector<Instance>& instances, Abscissa abscissa,
                                     const std::vector<std::string>& methods) {
  std::vector<Profile> profiles;
  for (const std::string& method : methods) {
    Profile& profile = profiles.emplace_back(Profile{method, family_of(method)});
    for (const Instance& instance : instances) {
      profile.ratios.push_back(typical_cost(instance, method, abscissa));
      if (!instance.cells(method).empty()) ++profile.tried;
    }
  }
  compare_costs(profiles, instances.size());
  return profiles;
}

std::vector<Profile> family_profiles(const std::vector<Instance>& instances, Abscissa abscissa,
                                     const std::vector<std::string>& methods, Member member) {
  std::vector<std::string> families;
  std::map<std::string, std::vector<std::string>> members;
  for (const std::string& method : methods) {
    const std::string family = family_of(method);
    if (std::ranges::find(families, family) == families.end()) families.push_back(family);
    members[family].push_back(method);
  }
  std::vector<Profile> profiles;
  for (const std::string& family : families) {
    const std::vector<std::string>& those = members[family];
    Profile& profile = profiles.emplace_back(
        Profile{fmt::format("{}: {} of {}", family_title(family), to_text(member), those.size()), family});
    for (const Instance& instance : instances) {
      std::vector<double> costs;
      for (const std::string& method : those)
        if (!instance.cells(method).empty()) costs.push_back(typical_cost(instance, method, abscissa));
      if (!costs.empty()) ++profile.tried;
      profile.ratios.push_back(miss_if_absent(quantile(std::move(costs), member == Member::cheapest ? 0 : 0.5)));
    }
  }
  compare_costs(profiles, instances.size());
  return profiles;
}

double share_within(const std::vector<double>& ratios, double tau) {
  if (ratios.empty()) return kAbsent;
  const auto within = std::ranges::count_if(ratios, [&](double ratio) { return std::isfinite(ratio) && ratio <= tau; });
  return static_cast<double>(within) / static_cast<double>(ratios.size());
}

}  // namespace physgrad
