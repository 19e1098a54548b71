#include "physgrad/tables/target_costs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {
namespace {

/// Seeds that change nothing are one: for every group its seeds, those together for which all rows hold copies.
using SeedClasses = std::map<const ProblemGroup*, std::vector<std::set<std::uint64_t>>>;

/// Whether what both seeds hold are copies, in every row that has both and in one at least.
bool are_copies(const std::vector<std::map<std::uint64_t, std::size_t>>& trajectories, std::uint64_t a,
                std::uint64_t b) {
  bool found = false;
  for (const auto& of_row : trajectories) {
    const auto at_a = of_row.find(a), at_b = of_row.find(b);
    if (at_a == of_row.end() || at_b == of_row.end()) continue;
    if (at_a->second != at_b->second) return false;
    found = true;
  }
  return found;
}

std::vector<std::set<std::uint64_t>> seed_classes(const ProblemGroup& group) {
  std::vector<std::map<std::uint64_t, std::size_t>> trajectories;
  std::set<std::uint64_t> seeds;
  for (const MethodRow& row : group.rows) {
    auto& of_row = trajectories.emplace_back();
    const auto distinct = row.distinct();
    for (std::size_t i = 0; i < distinct.size(); ++i)
      for (const CellRecord* cell : distinct[i]) {
        of_row[cell->key.seed] = i;
        seeds.insert(cell->key.seed);
      }
  }
  std::vector<std::set<std::uint64_t>> classes;
  for (const std::uint64_t seed : seeds) {
    const auto at =
        std::ranges::find_if(classes, [&](const auto& each) { return are_copies(trajectories, *each.begin(), seed); });
    if (at != classes.end())
      at->insert(seed);
    else
      classes.push_back({seed});
  }
  return classes;
}

SeedClasses classes_of(const std::vector<ProblemGroup>& groups) {
  SeedClasses result;
  for (const ProblemGroup& group : groups) result[&group] = seed_classes(group);
  return result;
}

/// Paired seeds start alike: a target that one of them has met before its first step is none for all.
bool is_free(const Instance& instance, const std::set<std::uint64_t>& seeds) {
  return std::ranges::any_of(instance.group->rows, [&](const MethodRow& row) {
    return std::ranges::any_of(row.tried(), [&](const CellRecord* cell) {
      return seeds.contains(cell->key.seed) && met_at_start(*cell, instance.target);
    });
  });
}

/// All triples that any method tried: the common denominator.
std::size_t triple_count(const std::vector<Instance>& instances, const SeedClasses& classes) {
  std::size_t count = 0;
  for (const Instance& instance : instances)
    for (const auto& seeds : classes.at(instance.group)) count += is_free(instance, seeds) ? 0 : 1;
  return count;
}

/// Of every triple that the method tried; misses are infinite, copies are one.
std::vector<double> all_costs(const std::vector<Instance>& instances, const SeedClasses& classes,
                              const std::string& method, Abscissa abscissa) {
  std::vector<double> costs;
  for (const Instance& instance : instances)
    for (const auto& seeds : classes.at(instance.group)) {
      if (is_free(instance, seeds)) continue;
      std::vector<double> copies;
      for (const CellRecord* cell : instance.cells(method))
        if (seeds.contains(cell->key.seed)) copies.push_back(cost_to(*cell, instance.target, abscissa));
      if (!copies.empty()) costs.push_back(quantile(std::move(copies), 0.5));
    }
  return costs;
}

}  // namespace

TargetCosts target_costs(const std::vector<ProblemGroup>& groups, Abscissa abscissa) {
  const std::vector<Instance> instances = all_instances(groups);
  const SeedClasses classes = classes_of(groups);
  TargetCosts result{all_methods(groups), {}, triple_count(instances, classes)};
  for (const std::string& method : result.methods)
    result.costs.push_back(all_costs(instances, classes, method, abscissa));
  return result;
}

double share_reached(const std::vector<double>& costs, double budget, std::size_t triples) {
  if (triples == 0) return kAbsent;
  const auto within = std::ranges::count_if(costs, [&](double cost) { return std::isfinite(cost) && cost <= budget; });
  return static_cast<double>(within) / static_cast<double>(triples);
}

}  // namespace physgrad
