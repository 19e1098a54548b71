#include "physgrad/tables/matching.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace physgrad {
namespace {

/// The setups of one report or both, each with one cell that stands for it.
struct SetupSides {
  const PlannedCell *a = nullptr, *b = nullptr;
  std::vector<const PlannedCell*> cells_a, cells_b;

  void add(const PlannedCell& cell) {
    (cell.report == 0 ? cells_a : cells_b).push_back(&cell);
    const PlannedCell*& first = cell.report == 0 ? a : b;
    if (first == nullptr) first = &cell;
  }
};

std::string sides_key(const PlannedCell& cell) {
  return fmt::format("{}|{}|{}|{}", cell.key.problem, cell.identity->task, cell.key.method, cell.identity->setup);
}

std::string full_name(const CellKey& key) {
  return fmt::format("{}|{}|{}|{}", key.problem, key.problem_sweep, key.method, key.method_sweep);
}

/// By identity, in the order of the plans: A's first.
std::vector<SetupSides> setups_by_identity(const std::vector<PlannedCell>& cells) {
  std::vector<SetupSides> result;
  std::unordered_map<std::string, std::size_t> places;
  for (const PlannedCell& cell : cells) {
    const auto [place, fresh] = places.try_emplace(sides_key(cell), result.size());
    if (fresh) result.emplace_back();
    result[place->second].add(cell);
  }
  return result;
}

/// Moves setups of B alone into those of A alone that have their name, where it is the only one of either.
void join_by_name(std::vector<SetupSides>& setups) {
  std::unordered_map<std::string, std::pair<std::vector<std::size_t>, std::vector<std::size_t>>> alone;
  for (std::size_t i = 0; i < setups.size(); ++i) {
    if (setups[i].b == nullptr) alone[full_name(setups[i].a->key)].first.push_back(i);
    if (setups[i].a == nullptr) alone[full_name(setups[i].b->key)].second.push_back(i);
  }
  for (const auto& [name, sides] : alone) {
    if (sides.first.size() != 1 || sides.second.size() != 1) continue;
    SetupSides &to = setups[sides.first.front()], &from = setups[sides.second.front()];
    to.b = std::exchange(from.b, nullptr);
    to.cells_b = std::exchange(from.cells_b, {});
  }
  std::erase_if(setups, [](const SetupSides& each) { return each.a == nullptr && each.b == nullptr; });
}

/// Pairs by seed. A seed that a side has twice is a cell of its own.
std::vector<CellMatch> cells_by_seed(const SetupSides& sides) {
  std::vector<CellMatch> result;
  std::unordered_multimap<std::uint64_t, std::size_t> places;
  for (const PlannedCell* cell : sides.cells_a) {
    places.emplace(cell->key.seed, result.size());
    result.push_back({cell->key.seed, cell, nullptr, false});
  }
  for (const PlannedCell* cell : sides.cells_b) {
    const auto [first, last] = places.equal_range(cell->key.seed);
    const auto open = std::find_if(first, last, [&](const auto& each) { return result[each.second].b == nullptr; });
    if (open == last) {
      result.push_back({cell->key.seed, nullptr, cell, false});
      continue;
    }
    CellMatch& match = result[open->second];
    match.b = cell;
    match.one_machine = match.a->cell != nullptr && cell->cell != nullptr &&
                        match.a->identity->machine_key == cell->identity->machine_key;
  }
  return result;
}

std::string named(const std::string& name, const std::string& sweep) {
  return sweep.empty() ? name : fmt::format("{} {}", name, sweep);
}

Facts setup_facts(const CellIdentity& identity) {
  Facts facts = task_facts(identity);
  facts.insert(facts.end(), identity.method.begin(), identity.method.end());
  for (const auto& fact : identity.others)
    if (fact.first == "parameters" || fact.first == "targets") facts.push_back(fact);
  return facts;
}

void describe_difference(const SetupSides& sides, SetupMatch& match) {
  if (sides.a == nullptr || sides.b == nullptr || sides_key(*sides.a) == sides_key(*sides.b)) return;
  const CellIdentity &a = *sides.a->identity, &b = *sides.b->identity;
  match.one_task = a.task == b.task;
  match.one_number_of_threads = a.threads == b.threads;
  if (!a.known || !b.known) return;
  match.difference = difference_text(setup_facts(a), setup_facts(b));
  if (match.difference.empty())
    match.difference =
        fmt::format("{} {:.8} in A, {:.8} in B, with the same settings", match.one_task ? "setup" : "task",
                    match.one_task ? a.setup : a.task, match.one_task ? b.setup : b.task);
}

/// Setups of one report that share a name are numbered.
void number_names(std::vector<SetupMatch>& setups) {
  std::map<std::pair<std::string, std::string>, int> used;
  for (SetupMatch& each : setups)
    if (const int count = ++used[{each.problem, each.method}]; count > 1) each.method += fmt::format(" #{}", count);
}

}  // namespace

std::string difference_text(const Facts& a, const Facts& b) {
  std::map<std::string, std::string> of_a(a.begin(), a.end()), of_b(b.begin(), b.end());
  const auto value = [](const std::map<std::string, std::string>& facts, const std::string& name) {
    const auto found = facts.find(name);
    return found == facts.end() || found->second.empty() ? std::string("none") : found->second;
  };
  std::vector<std::string> parts;
  std::map<std::string, std::string> all = of_a;
  all.insert(of_b.begin(), of_b.end());
  for (const auto& [name, ignored] : all)
    if (const std::string in_a = value(of_a, name), in_b = value(of_b, name); in_a != in_b)
      parts.push_back(fmt::format("{}={} in A, {} in B", name, in_a, in_b));
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<SetupMatch> match_setups(const std::vector<PlannedCell>& cells) {
  std::vector<SetupSides> setups = setups_by_identity(cells);
  join_by_name(setups);
  std::vector<SetupMatch> result;
  for (const SetupSides& sides : setups) {
    const CellKey& key = (sides.a != nullptr ? sides.a : sides.b)->key;
    SetupMatch match;
    match.problem = named(key.problem, key.problem_sweep);
    match.method = named(key.method, key.method_sweep);
    match.cells = cells_by_seed(sides);
    describe_difference(sides, match);
    result.push_back(std::move(match));
  }
  number_names(result);
  return result;
}

std::vector<std::string> machine_differences(const std::vector<PlannedCell>& cells) {
  std::map<std::string, std::pair<std::set<std::string>, std::set<std::string>>> values;
  std::set<std::string> seen;
  std::vector<std::string> names;
  bool in_a = false, in_b = false;
  for (const PlannedCell& cell : cells) {
    if (cell.cell == nullptr) continue;
    (cell.report == 0 ? in_a : in_b) = true;
    if (!seen.insert(fmt::format("{}|{}", cell.report, cell.identity->machine_key)).second) continue;
    for (const auto& [name, value] : cell.identity->clock) {
      if (name == "program") continue;
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
      (cell.report == 0 ? values[name].first : values[name].second).insert(value.empty() ? "unknown" : value);
    }
  }
  std::vector<std::string> result;
  for (const std::string& name : names)
    if (const auto& [a, b] = values[name]; in_a && in_b && a != b)
      result.push_back(fmt::format("{}: {} in A, {} in B", name, fmt::join(a, " and "), fmt::join(b, " and ")));
  return result;
}

}  // namespace physgrad
