// Empirical distribution of what targets cost, over the whole catalogue: the share of (problem, target, seed) triples
// that a method reached within a budget, as in COCO (Hansen et al. 2021, Optimization Methods and Software 36, 114).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/tables.hpp"

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

double share_within(const std::vector<double>& costs, double budget, std::size_t triples) {
  if (triples == 0) return kAbsent;
  const auto within = std::ranges::count_if(costs, [&](double cost) { return std::isfinite(cost) && cost <= budget; });
  return static_cast<double>(within) / static_cast<double>(triples);
}

/// Budgets from the cheapest target that was not free to the dearest.
std::vector<double> budget_marks(const std::vector<std::vector<double>>& costs, double lowest) {
  double low = kInfinity, high = 0;
  for (const auto& of_method : costs)
    for (const double cost : of_method)
      if (cost > 0 && std::isfinite(cost)) {
        low = std::min(low, cost);
        high = std::max(high, cost);
      }
  return log_marks(std::max(low, lowest), high);
}

std::string mark_header(double mark, Abscissa abscissa) {
  if (abscissa == Abscissa::seconds) return fmt::format("{:.3g} s", mark);
  return fmt::format("{:.0f} {}", mark, abscissa == Abscissa::simulator_calls ? "calls" : to_text(abscissa));
}

Table ecdf_table(const std::vector<ProblemGroup>& groups, Abscissa abscissa) {
  const std::vector<Instance> instances = all_instances(groups);
  const std::vector<std::string> methods = all_methods(groups);
  const SeedClasses classes = classes_of(groups);
  const std::size_t triples = triple_count(instances, classes);
  std::vector<std::vector<double>> costs;
  for (const std::string& method : methods) costs.push_back(all_costs(instances, classes, method, abscissa));
  const std::vector<double> marks = budget_marks(costs, abscissa == Abscissa::seconds ? 1e-3 : 1);
  Table table;
  table.title = fmt::format("targets reached within a budget of {}, shares of {} triples ({})", to_text(abscissa),
                            triples, catalogue_text(groups));
  table.group = to_text(abscissa);
  table.columns = {{"method", false}, {"tried"}};
  for (const double mark : marks) table.columns.push_back({mark_header(mark, abscissa)});
  table.columns.push_back({"ever"});
  for (std::size_t m = 0; m < methods.size(); ++m) {
    std::vector<Entry> line = {text_entry(methods[m]), text_entry(fmt::format("{}/{}", costs[m].size(), triples))};
    for (const double mark : marks) line.push_back(number_entry(share_within(costs[m], mark, triples)));
    line.push_back(number_entry(share_within(costs[m], kInfinity, triples)));
    table.rows.push_back(std::move(line));
  }
  return table;
}

}  // namespace

std::vector<Table> ecdf_tables(const std::vector<LabelledReport>& reports) {
  const std::vector<ProblemGroup> groups = comparable_groups(reports);
  std::vector<Table> tables;
  if (groups.empty()) return tables;
  for (const Abscissa abscissa : kAbscissae)
    if (knows(groups, abscissa)) tables.push_back(ecdf_table(groups, abscissa));
  tables.front().notes = trouble_notes(groups);
  for (const ProblemGroup& group : groups)
    for (const std::string& note : timing_notes(group))
      tables.front().notes.push_back(fmt::format("{}: {}", group.problem, note));
  tables.back().notes.emplace_back(
      "Shares of all (problem, target, seed) triples whose target the method reached within the budget, and ever. "
      "Triples that it missed, cannot run on or has not begun (tried) count against it.");
  return tables;
}

}  // namespace physgrad
