#include "physgrad/tables/target_costs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {
namespace {

/// Seeds that change nothing are one: of a group the class of every seed, in the order of the first of each.
struct SeedClasses {
  std::unordered_map<std::uint64_t, std::size_t> of_seed;
  std::size_t count = 0;
};

/// The trajectories of a row by seed, and the classes whose first seed follows each.
struct RowTrajectories {
  std::unordered_map<std::uint64_t, std::size_t> of_seed;
  std::unordered_map<std::size_t, std::vector<std::size_t>> classes;
};

/// Whether what both seeds hold are copies, in every row that has both.
bool are_copies(const std::vector<RowTrajectories>& rows, std::uint64_t a, std::uint64_t b) {
  return std::ranges::all_of(rows, [&](const RowTrajectories& row) {
    const auto at_a = row.of_seed.find(a), at_b = row.of_seed.find(b);
    return at_a == row.of_seed.end() || at_b == row.of_seed.end() || at_a->second == at_b->second;
  });
}

/// The classes that may be the seed's: those whose first one is a copy in some row.
std::set<std::size_t> likely_classes(const std::vector<RowTrajectories>& rows, std::uint64_t seed) {
  std::set<std::size_t> likely;
  for (const RowTrajectories& row : rows)
    if (const auto at = row.of_seed.find(seed); at != row.of_seed.end())
      if (const auto found = row.classes.find(at->second); found != row.classes.end())
        likely.insert(found->second.begin(), found->second.end());
  return likely;
}

SeedClasses seed_classes(const ProblemGroup& group) {
  std::vector<RowTrajectories> rows;
  std::set<std::uint64_t> seeds;
  for (const MethodRow& row : group.rows) {
    RowTrajectories& of_row = rows.emplace_back();
    for (std::size_t i = 0; i < row.distinct().size(); ++i)
      for (const CellRecord* cell : row.distinct()[i]) {
        of_row.of_seed[cell->key.seed] = i;
        seeds.insert(cell->key.seed);
      }
  }
  SeedClasses classes;
  std::vector<std::uint64_t> firsts;
  for (const std::uint64_t seed : seeds) {
    const std::set<std::size_t> likely = likely_classes(rows, seed);
    const auto at =
        std::ranges::find_if(likely, [&](std::size_t each) { return are_copies(rows, firsts[each], seed); });
    classes.of_seed[seed] = at != likely.end() ? *at : firsts.size();
    if (at != likely.end()) continue;
    for (RowTrajectories& row : rows)
      if (const auto own = row.of_seed.find(seed); own != row.of_seed.end())
        row.classes[own->second].push_back(firsts.size());
    firsts.push_back(seed);
  }
  classes.count = firsts.size();
  return classes;
}

/// An instance and which classes of seeds it is a target for.
struct OpenInstance {
  const Instance* instance;
  const SeedClasses* classes;
  std::vector<bool> open;  ///< of every class
};

/// Paired seeds start alike: a target that one of them has met before its first step is none for all.
std::vector<bool> open_classes(const Instance& instance, const SeedClasses& classes) {
  std::vector<bool> open(classes.count, true);
  for (const MethodRow& row : instance.group->rows)
    for (const CellRecord* cell : row.tried())
      if (met_at_start(*cell, instance.target)) open[classes.of_seed.at(cell->key.seed)] = false;
  return open;
}

/// Of every triple that the method tried; misses are infinite, copies are one.
std::vector<double> all_costs(const std::vector<OpenInstance>& instances, const std::string& method,
                              Abscissa abscissa) {
  std::vector<double> costs;
  for (const auto& [instance, classes, open] : instances) {
    const MethodRow* row = instance->row(method);
    if (row == nullptr) continue;
    std::vector<std::vector<double>> copies(classes->count);
    for (const CellRecord* cell : row->tried())
      if (const std::size_t at = classes->of_seed.at(cell->key.seed); open[at])
        copies[at].push_back(cost_to(*cell, instance->target, abscissa));
    for (std::vector<double>& each : copies)
      if (!each.empty()) costs.push_back(quantile(std::move(each), 0.5));
  }
  return costs;
}

}  // namespace

TargetCosts target_costs(const std::vector<ProblemGroup>& groups, Abscissa abscissa) {
  const std::vector<Instance> instances = all_instances(groups);
  std::map<const ProblemGroup*, SeedClasses> classes;
  for (const ProblemGroup& group : groups) classes[&group] = seed_classes(group);
  TargetCosts result{all_methods(groups), {}, 0};
  std::vector<OpenInstance> open;
  for (const Instance& instance : instances) {
    const SeedClasses& own = classes.at(instance.group);
    open.push_back({&instance, &own, open_classes(instance, own)});
    result.triples += static_cast<std::size_t>(std::ranges::count(open.back().open, true));
  }
  for (const std::string& method : result.methods) result.costs.push_back(all_costs(open, method, abscissa));
  return result;
}

double share_reached(const std::vector<double>& costs, double budget, std::size_t triples) {
  if (triples == 0) return kAbsent;
  const auto within = std::ranges::count_if(costs, [&](double cost) { return std::isfinite(cost) && cost <= budget; });
  return static_cast<double>(within) / static_cast<double>(triples);
}

}  // namespace physgrad
