// From planned cells to groups and rows with labels.
#include "physgrad/tables/grouping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "physgrad/tables/row_plan.hpp"

namespace physgrad {
namespace {

std::vector<std::string> unique_labels(const std::vector<LabelledReport>& reports) {
  std::vector<std::string> labels;
  for (const LabelledReport& each : reports) {
    std::string label = each.label;
    for (int i = 2; std::ranges::find(labels, label) != labels.end(); ++i) label = fmt::format("{}#{}", each.label, i);
    labels.push_back(label);
  }
  return labels;
}

std::string with(const std::string& name, const std::string& label) {
  return label.empty() ? name : fmt::format("{} {}", name, label);
}

using Members = std::vector<const PlannedCell*>;

/// Puts each into the first bin with its key; bins in order of their first member.
template <typename Key>
std::vector<Members> binned(const Members& all, const Key& key_of_member) {
  std::vector<std::pair<std::string, Members>> bins;
  std::map<std::string, std::size_t> places;
  for (const PlannedCell* each : all) {
    const auto [place, fresh] = places.try_emplace(key_of_member(*each), bins.size());
    if (fresh) bins.push_back({place->first, {}});
    bins[place->second].second.push_back(each);
  }
  std::vector<Members> result;
  for (auto& [key, members] : bins) result.push_back(std::move(members));
  return result;
}

std::string group_key(const PlannedCell& cell) {
  const CellIdentity& identity = *cell.identity;
  return cell.key.problem + "|" + identity.task + "|" + (identity.budgeted ? identity.clock_key : "");
}

std::string row_text(const PlannedCell& cell) { return with(cell.key.method, cell.key.method_sweep); }

std::string setup_key(const PlannedCell& cell) { return cell.key.method + "|" + cell.identity->setup; }

/// Methods of which two reports hold the same cell: their rows carry the report's label, in all problems, so that a
/// table that spans problems finds the row again.
std::set<std::string> clashing_methods(const Members& all) {
  std::map<std::tuple<std::string, std::string, std::string, std::uint64_t>, int> holders;
  const auto place = [](const PlannedCell& each) {
    return std::tuple(group_key(each), setup_key(each), each.identity->clock_key, each.key.seed);
  };
  for (const PlannedCell* each : all) ++holders[place(*each)];
  std::set<std::string> result;
  for (const PlannedCell* each : all)
    if (holders[place(*each)] > 1) result.insert(row_text(*each));
  return result;
}

template <typename Part>
auto first_with(const Members& members, Part part) -> decltype(part(*members.front())) {
  for (const PlannedCell* each : members)
    if (auto value = part(*each); !value.empty()) return value;
  return {};
}

/// Nothing of a task of which nothing ran.
Facts facts_of_task(const PlannedCell& cell) { return cell.identity->known ? task_facts(*cell.identity) : Facts{}; }

/// The bins that differ in `name` alone have one; for each bin its label.
template <typename Name, typename Sweep, typename Described>
std::vector<std::string> bin_labels(const std::vector<Members>& bins, Name name, Sweep sweep, Described facts) {
  std::map<std::string, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < bins.size(); ++i) alike[name(*bins[i].front())].push_back(i);
  std::vector<std::string> result(bins.size());
  for (const auto& [shared, places] : alike) {
    std::vector<std::string> sweeps;
    std::vector<Facts> described, others;
    for (const std::size_t i : places) {
      sweeps.push_back(first_with(bins[i], sweep));
      described.push_back(first_with(bins[i], facts));
      others.push_back(bins[i].front()->identity->others);
    }
    const std::vector<std::string> found = labels(sweeps, described, others);
    for (std::size_t at = 0; at < places.size(); ++at) result[places[at]] = found[at];
  }
  return result;
}

/// What rows are made with, of all reports together, so that one thing has one name everywhere.
struct Naming {
  std::vector<std::string> reports;           ///< by index
  std::map<std::string, std::string> clocks;  ///< labels by key
  std::set<std::string> clashing;
};

Naming naming_of(const std::vector<LabelledReport>& reports, const Members& all) {
  std::vector<std::string> keys;
  std::vector<Facts> clocks;
  for (const PlannedCell* each : all)
    if (const std::string& key = each->identity->clock_key; std::ranges::find(keys, key) == keys.end()) {
      keys.push_back(key);
      clocks.push_back(each->identity->clock);
    }
  const std::vector<std::string> found = clock_labels(clocks);
  Naming naming{unique_labels(reports), {}, clashing_methods(all)};
  for (std::size_t i = 0; i < keys.size(); ++i) naming.clocks[keys[i]] = found[i];
  return naming;
}

/// One setup on one clock: a row, or one for each report where several hold the same cell.
void add_rows(const Members& members, const std::string& setup, const Naming& naming, ProblemGroup& group) {
  const bool apart =
      std::ranges::any_of(members, [&](const auto* each) { return naming.clashing.contains(row_text(*each)); });
  const auto sweeps = [](const PlannedCell& each) { return each.key.problem_sweep + "|" + each.key.method_sweep; };
  const auto holder = [&](const PlannedCell& each) {
    return apart ? fmt::format("{}|{}", each.report, sweeps(each)) : std::string{};
  };
  std::map<std::string, int> used;
  for (const Members& part : binned(members, holder)) {
    const PlannedCell& first = *part.front();
    MethodRow row;
    row.name = first.key.method;
    row.untimed = with(row.name, setup);
    if (apart) {
      const std::string label = fmt::format("({})", naming.reports[first.report]);
      row.untimed = with(row.untimed, label);
      if (const int count = ++used[label]; count > 1) row.untimed += fmt::format(" #{}", count);
    }
    row.method = row.untimed;
    row.clock = first.identity->clock_key;
    row.clock_label = naming.clocks.at(row.clock);
    for (const PlannedCell* each : part) {
      row.seeds.push_back(each->key.seed);
      if (each->cell != nullptr)
        row.cells.push_back(each->cell);
      else
        ++row.unfinished;
    }
    row.complete();
    group.rows.push_back(std::move(row));
  }
}

ProblemGroup group_of(const Members& members, const Naming& naming) {
  ProblemGroup group;
  group.name = members.front()->key.problem;
  group.use_key = group.name + "|" + use_key(*members.front()->identity);
  const auto clock = [](const PlannedCell& each) { return each.identity->clock_key; };
  const auto setups = binned(members, setup_key);
  const auto names = bin_labels(
      setups, [](const PlannedCell& each) { return each.key.method; },
      [](const PlannedCell& each) { return each.key.method_sweep; },
      [](const PlannedCell& each) { return each.identity->method; });
  for (std::size_t i = 0; i < setups.size(); ++i)
    for (const Members& part : binned(setups[i], clock)) add_rows(part, names[i], naming, group);
  if (!one_clock(group))
    for (MethodRow& row : group.rows) row.method = with(row.untimed, fmt::format("({})", row.clock_label));
  return group;
}

}  // namespace

std::vector<ProblemGroup> group_cells(const std::vector<LabelledReport>& reports) {
  const std::vector<PlannedCell> cells = planned_cells(reports);
  Members all;
  for (const PlannedCell& each : cells) all.push_back(&each);
  const Naming naming = naming_of(reports, all);
  const auto tasks = binned(all, [](const PlannedCell& each) { return each.key.problem + "|" + each.identity->task; });
  const auto names = bin_labels(
      tasks, [](const PlannedCell& each) { return each.key.problem; },
      [](const PlannedCell& each) { return each.key.problem_sweep; }, facts_of_task);
  std::vector<ProblemGroup> groups;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto parts = binned(tasks[i], group_key);
    for (const Members& part : parts) {
      ProblemGroup group = group_of(part, naming);
      group.problem = with(group.name, names[i]);
      if (parts.size() > 1) group.problem += fmt::format(" ({})", group.rows.front().clock_label);
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

}  // namespace physgrad
