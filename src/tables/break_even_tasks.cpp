#include "physgrad/tables/break_even_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace physgrad {
namespace {

/// Settings of a problem that say how it is learnt, not what is solved.
const std::set<std::string> kOfTraining = {"instance", "network", "widths",      "activation",
                                           "fresh",    "samples", "test_samples"};

bool is_instance(const CellRecord& cell) {
  const auto found = cell.used.find("instance");
  const bool* value = found == cell.used.end() ? nullptr : std::get_if<bool>(&found->second);
  return value != nullptr && *value;
}

/// The problem and its swept settings, but for those of training.
std::string name_of(const CellKey& cell) {
  std::string name = cell.problem;
  std::istringstream sweep(cell.problem_sweep);
  for (std::string entry; sweep >> entry;) {
    const std::string scoped = entry.substr(0, entry.find('='));
    if (!kOfTraining.contains(scoped.substr(scoped.rfind('.') + 1))) name += " " + entry;
  }
  return name;
}

Facts physics_of(const CellRecord& cell) {
  Facts physics = problem_facts(cell);
  std::erase_if(physics, [](const auto& fact) { return kOfTraining.contains(fact.first); });
  return physics;
}

BreakEvenTask& task_of(std::vector<BreakEvenTask>& tasks, const std::string& name, const Facts& physics) {
  const auto found = std::ranges::find_if(
      tasks, [&](const BreakEvenTask& task) { return task.name == name && task.physics == physics; });
  return found != tasks.end() ? *found : tasks.emplace_back(BreakEvenTask{name, physics, {}, {}});
}

/// In an old report a row may hold cells that train and cells that solve.
void add_row(const ProblemGroup& group, const MethodRow& row, const std::vector<LabelledReport>& reports,
             std::vector<BreakEvenTask>& tasks) {
  std::map<std::pair<bool, Facts>, std::vector<const CellRecord*>> parts;
  for (const CellRecord* cell : row.tried()) parts[{is_instance(*cell), physics_of(*cell)}].push_back(cell);
  for (const auto& [what, cells] : parts) {
    const auto& [instance, physics] = what;
    BreakEvenTask& task = task_of(tasks, name_of(cells.front()->key), physics);
    auto& rows = instance ? task.solvers : task.networks;
    const bool taken = std::ranges::find(rows, row.method, &TaskRow::method) != rows.end();
    rows.push_back({taken ? fmt::format("{} ({})", row.method, group.problem) : row.method, timed_cells(cells),
                    tuning_of(cells, reports), row.clock});
  }
}

/// Tasks of one name get the settings in which they differ behind it.
void name_differences(std::vector<BreakEvenTask>& tasks) {
  std::map<std::string, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < tasks.size(); ++i) alike[tasks[i].name].push_back(i);
  for (const auto& [name, places] : alike) {
    std::vector<Facts> physics;
    for (const std::size_t i : places) physics.push_back(tasks[i].physics);
    const std::vector<Facts> different = differences(physics);
    for (std::size_t at = 0; at < places.size(); ++at)
      if (const std::string label = label_of(different[at]); !label.empty()) tasks[places[at]].name += " " + label;
  }
}

}  // namespace

std::vector<BreakEvenTask> break_even_tasks(const ReportSet& reports) {
  std::vector<BreakEvenTask> tasks;
  for (const ProblemGroup& group : reports.groups())
    for (const MethodRow& row : group.rows) add_row(group, row, reports.reports(), tasks);
  // A problem that was only planned so far is a table too.
  for (const LabelledReport& each : reports.reports())
    for (const CellKey& key : each.report.header.planned)
      if (std::ranges::find(tasks, name_of(key), &BreakEvenTask::name) == tasks.end())
        tasks.push_back({name_of(key), {}, {}, {}});
  name_differences(tasks);
  return tasks;
}

}  // namespace physgrad
