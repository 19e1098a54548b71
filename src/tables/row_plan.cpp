#include "physgrad/tables/row_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <utility>

namespace physgrad {
namespace {

/// Cells of one report that differ in their seed alone: what is found out about one holds for all of them.
struct Alike {
  std::size_t report;
  CellKey key;
  bool dated;  ///< written by a program that gives tasks and setups ids
  CellIdentity identity;
};

/// A planned cell, and the place of those that it is alike with.
struct PlacedCell {
  std::size_t alike;
  CellKey key;
  const CellRecord* cell;
};

/// Takes reports in, cell by cell.
class Plan {
 public:
  void add(std::size_t index, const Report& report) {
    std::map<CellKey, const CellRecord*> ended;
    for (const CellRecord& cell : report.cells) ended.emplace(cell.key, &cell);
    Identities identities(report.header);
    const auto add_cell = [&](const CellKey& key, const CellRecord* cell) {
      const std::size_t place = cell != nullptr ? place_of(index, *cell, identities.of(*cell))
                                                : place_of_unwritten(index, key, report.header);
      cells.push_back({place, key, cell});
    };
    std::set<CellKey> planned;
    for (const CellKey& key : report.header.planned) {
      if (!planned.insert(key).second) continue;
      const auto found = ended.find(key);
      add_cell(key, found == ended.end() ? nullptr : found->second);
    }
    for (const CellRecord& cell : report.cells)  // tests and other programs may hold one twice
      if (!planned.contains(cell.key) || ended.at(cell.key) != &cell) add_cell(cell.key, &cell);
  }

  std::vector<PlacedCell> cells;
  std::vector<Alike> kinds;  ///< in the order of the first of each

 private:
  std::size_t place_of(std::size_t index, const CellRecord& cell, std::shared_ptr<const CellIdentity> identity) {
    const auto [place, fresh] = of_identity_.try_emplace(std::move(identity), kinds.size());
    if (fresh) kinds.push_back({index, cell.key, !cell.task_id.empty(), *place->first});
    return place->second;
  }
  std::size_t place_of_unwritten(std::size_t index, CellKey key, const RunHeader& header) {
    key.seed = 0;
    const auto [place, fresh] = unwritten_.try_emplace({index, key}, kinds.size());
    if (fresh) {
      CellRecord unwritten;
      unwritten.key = key;
      kinds.push_back({index, key, false, identity_of(header, unwritten)});
    }
    return place->second;
  }

  std::map<std::shared_ptr<const CellIdentity>, std::size_t> of_identity_;
  std::map<std::pair<std::size_t, CellKey>, std::size_t> unwritten_;
};

std::string problem_text(const CellKey& key) { return key.problem + "|" + key.problem_sweep; }
std::string method_text(const CellKey& key) { return key.method + "|" + key.method_sweep; }

/// Cells that never ran are of the task and setup of the cells of their names that did: in their report, whose settings
/// are the same for all; or else in the others, where those are all of one task under the same limits.
class Foster {
 public:
  explicit Foster(const std::vector<Alike>& all) {
    for (const Alike& each : all) {
      if (!each.identity.known) continue;
      const std::string own = fmt::format("{}|{}", each.report, problem_text(each.key));
      tasks_.try_emplace(own, &each);
      setups_.try_emplace(own + "|" + method_text(each.key), &each);
      anywhere_[problem_text(each.key) + "|" + text_of(each.identity.limits)].emplace(each.identity.task, &each);
    }
  }

  void adopt(Alike& orphan) const {
    const std::string own = fmt::format("{}|{}", orphan.report, problem_text(orphan.key));
    if (const auto setup = setups_.find(own + "|" + method_text(orphan.key)); setup != setups_.end()) {
      orphan.identity = setup->second->identity;
      return;
    }
    CellIdentity& identity = orphan.identity;
    identity.setup.clear();
    if (const auto task = tasks_.find(own); task != tasks_.end()) {
      take_task(task->second->identity, identity);
      identity.clock = task->second->identity.clock;
      identity.clock_key = task->second->identity.clock_key;
      identity.machine_key = task->second->identity.machine_key;
      return;
    }
    const auto elsewhere = anywhere_.find(problem_text(orphan.key) + "|" + text_of(identity.limits));
    if (elsewhere != anywhere_.end() && elsewhere->second.size() == 1)
      take_task(elsewhere->second.begin()->second->identity, identity);
  }

 private:
  static void take_task(const CellIdentity& from, CellIdentity& to) {
    to.problem = from.problem;
    to.limits = from.limits;
    to.threads = from.threads;
    to.task = from.task;
    to.budgeted = from.budgeted;
  }

  std::map<std::string, const Alike*> tasks_, setups_;
  std::map<std::string, std::map<std::string, const Alike*>> anywhere_;  ///< by task
};

/// A setup of which nothing ran is any: that of its names in the task, where there is one alone.
void resolve_setups(std::vector<Alike>& kinds) {
  std::map<std::string, std::set<std::string>> known;
  const auto place = [](const Alike& each) {
    return each.key.problem + "|" + each.identity.task + "|" + method_text(each.key);
  };
  for (const Alike& each : kinds)
    if (!each.identity.setup.empty()) known[place(each)].insert(each.identity.setup);
  for (Alike& each : kinds) {
    if (!each.identity.setup.empty()) continue;
    const auto found = known.find(place(each));
    const bool one = found != known.end() && found->second.size() == 1;
    each.identity.setup = one ? *found->second.begin() : "any " + each.key.method_sweep;
  }
}

/// An old cell has no task_id. Where all cells that do and agree with it in settings and limits have one, it is that.
void recognise_old(std::vector<Alike>& kinds) {
  const auto content = [](const CellIdentity& identity, const std::string& problem) {
    return problem + "|" + text_of(identity.problem) + "|" + text_of(identity.limits);
  };
  std::map<std::string, std::set<std::string>> tasks, setups;
  const auto setup_content = [&](const Alike& each) {
    return content(each.identity, each.key.problem) + each.key.method + "|" + text_of(each.identity.method);
  };
  for (const Alike& each : kinds) {
    if (!each.dated) continue;
    tasks[content(each.identity, each.key.problem)].insert(each.identity.task);
    setups[setup_content(each)].insert(each.identity.setup);
  }
  for (Alike& each : kinds) {
    if (each.dated) continue;
    const auto task = tasks.find(content(each.identity, each.key.problem));
    const auto setup = setups.find(setup_content(each));
    if (task != tasks.end() && task->second.size() == 1) each.identity.task = *task->second.begin();
    if (setup != setups.end() && setup->second.size() == 1) each.identity.setup = *setup->second.begin();
  }
}

/// "heat.points=8" is about `points`.
std::set<std::string> swept_keys(const std::string& sweep) {
  std::set<std::string> keys;
  std::istringstream entries(sweep);
  for (std::string entry; entries >> entry;) {
    const std::string key = entry.substr(0, entry.find('='));
    const std::size_t dot = key.rfind('.');
    keys.insert(dot == std::string::npos ? key : key.substr(dot + 1));
  }
  return keys;
}

std::string joined(const std::string& a, const std::string& b) { return a.empty() || b.empty() ? a + b : a + " " + b; }

/// Adds what else is different to the labels that several things have.
void tell_apart(std::vector<std::string>& names, const std::vector<Facts>& others) {
  if (others.empty()) return;
  for (std::size_t at = 0; at < others.front().size(); ++at) {
    std::map<std::string, std::set<std::string>> values;
    for (std::size_t i = 0; i < names.size(); ++i) values[names[i]].insert(others[i][at].second);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (const std::string before = names[i]; values[before].size() > 1 && !others[i][at].second.empty())
        names[i] = joined(before, label_of({others[i][at]}));
  }
}

}  // namespace

std::vector<PlannedCell> planned_cells(const std::vector<LabelledReport>& reports) {
  Plan plan;
  for (std::size_t i = 0; i < reports.size(); ++i) plan.add(i, reports[i].report);
  recognise_old(plan.kinds);
  std::vector<Alike> known;
  std::ranges::copy_if(plan.kinds, std::back_inserter(known), [](const Alike& each) { return each.identity.known; });
  const Foster foster(known);
  for (Alike& each : plan.kinds)
    if (!each.identity.known) foster.adopt(each);
  resolve_setups(plan.kinds);
  std::vector<std::shared_ptr<const CellIdentity>> identities;
  for (Alike& each : plan.kinds) identities.push_back(std::make_shared<const CellIdentity>(std::move(each.identity)));
  std::vector<PlannedCell> result;
  result.reserve(plan.cells.size());
  for (PlacedCell& each : plan.cells)
    result.push_back({plan.kinds[each.alike].report, std::move(each.key), each.cell, identities[each.alike]});
  return result;
}

std::vector<std::string> labels(const std::vector<std::string>& sweeps, const std::vector<Facts>& facts,
                                const std::vector<Facts>& others) {
  std::vector<Facts> known;  // of what never ran nothing can be named
  std::ranges::copy_if(facts, std::back_inserter(known), [](const Facts& each) { return !each.empty(); });
  const std::vector<Facts> different = differences(known);
  std::vector<std::string> result;
  for (std::size_t i = 0, at = 0; i < sweeps.size(); ++i) {
    const std::set<std::string> swept = swept_keys(sweeps[i]);
    Facts named = facts[i].empty() ? Facts{} : different[at++];
    std::erase_if(named, [&](const auto& fact) { return swept.contains(fact.first); });
    result.push_back(joined(sweeps[i], label_of(named)));
  }
  tell_apart(result, others);
  return result;
}

std::vector<std::string> clock_labels(const std::vector<Facts>& clocks) {
  std::vector<std::string> result(clocks.size());
  if (clocks.empty()) return result;
  std::size_t apart = 1;
  for (std::size_t at = 0; at < clocks.front().size(); ++at) {
    std::vector<std::string> longer = result;
    for (std::size_t i = 0; i < clocks.size(); ++i) {
      const auto& [name, value] = clocks[i][at];
      const std::string text = name == "cpu" ? value : name + " " + (value.empty() ? "unknown" : value);
      longer[i] += (longer[i].empty() ? "" : ", ") + text;
    }
    const std::size_t told = std::set<std::string>(longer.begin(), longer.end()).size();
    if (told <= apart) continue;
    apart = told;
    result = longer;
  }
  return result;
}

}  // namespace physgrad
