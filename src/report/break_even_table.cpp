// When has training paid for itself? A network costs its training once and an inference a use; solving every instance
// anew costs a solution a use and nothing before.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <sstream>

#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_instance(const CellRecord& cell) {
  const auto found = cell.used.find("instance");
  const bool* value = found == cell.used.end() ? nullptr : std::get_if<bool>(&found->second);
  return value != nullptr && *value;
}

/// The task of which a cell trains a network or solves one instance: a sweep over `instance` does not count.
std::string task_of(const CellKey& cell) {
  std::string task = cell.problem;
  std::istringstream sweep(cell.problem_sweep);
  for (std::string entry; sweep >> entry;)
    if (!entry.starts_with("instance=") && entry.find(".instance=") == std::string::npos) task += " " + entry;
  return task;
}

struct MethodCells {
  std::string method;
  std::vector<const CellRecord*> cells;
  double tuning_seconds = kAbsent;
};

struct Task {
  std::string name;
  std::vector<MethodCells> networks, solvers;
};

std::vector<const CellRecord*>& cells_of(std::vector<MethodCells>& all, const std::string& method, double tuning) {
  auto found = std::ranges::find(all, method, &MethodCells::method);
  if (found == all.end()) found = all.insert(all.end(), {method, {}, tuning});
  return found->cells;
}

std::vector<Task> collect_tasks(const std::vector<LabelledReport>& reports) {
  std::vector<Task> tasks;
  const auto task_named = [&](const std::string& name) {
    const auto task = std::ranges::find(tasks, name, &Task::name);
    return task != tasks.end() ? task : tasks.insert(tasks.end(), {name, {}, {}});
  };
  for (const LabelledReport& each : reports)
    for (const CellKey& key : each.report.header.planned) task_named(task_of(key));
  for (const LabelledReport& each : reports)
    for (const CellRecord& cell : each.report.cells) {
      if (cell.status == Status::skipped) continue;
      const auto task = task_named(task_of(cell));
      const std::string method = cell.method_sweep.empty() ? cell.method : cell.method + " " + cell.method_sweep;
      const double tuning = tuning_seconds(each.report.header, cell);
      cells_of(is_instance(cell) ? task->solvers : task->networks, method, tuning).push_back(&cell);
    }
  return tasks;
}

double median_cost(const std::vector<const CellRecord*>& cells, double target) {
  std::vector<double> costs;
  for (const CellRecord* cell : cells) costs.push_back(cost_to(*cell, target, Abscissa::seconds));
  return costs.empty() ? kInfinity : quantile(std::move(costs), 0.5);
}

/// What a network cost when it reached `target`: training, and the search for its settings where the report knows it.
double paid(const MethodCells& method, double target) {
  const double tuning = std::isnan(method.tuning_seconds) ? 0 : method.tuning_seconds;
  return median_cost(method.cells, target) + tuning;
}

const MethodCells* cheapest(const std::vector<MethodCells>& methods, double target) {
  const MethodCells* best = nullptr;
  for (const MethodCells& each : methods)
    if (const double cost = paid(each, target); std::isfinite(cost) && (best == nullptr || cost < paid(*best, target)))
      best = &each;
  return best;
}

double inference_seconds(const MethodCells& method) {
  std::vector<double> seconds;
  for (const CellRecord* cell : method.cells) seconds.push_back(cell->time.inference_seconds);
  return quantile(std::move(seconds), 0.5);
}

/// The seconds that a solver takes from one loss to a smaller one.
double polish_seconds(const MethodCells& solver, double from, double to) {
  std::vector<double> seconds;
  for (const CellRecord* cell : solver.cells) {
    const double end = cost_to(*cell, to, Abscissa::seconds);
    seconds.push_back(std::isinf(end) ? end : end - cost_to(*cell, from, Abscissa::seconds));
  }
  return quantile(std::move(seconds), 0.5);
}

/// Uses after which `once` has been saved at `each` a use.
Entry uses_entry(double once, double each) {
  if (std::isnan(once) || std::isnan(each)) return number_entry(kAbsent);
  if (once <= 0) return number_entry(0);
  if (!(each > 0) || std::isinf(once)) return {.text = "never", .value = kInfinity};
  const double uses = std::isinf(each) ? 1 : std::ceil(once / each);
  return {.text = fmt::format("{:.0f}", uses), .value = uses};
}

std::vector<double> targets_of(const Task& task) {
  std::vector<double> targets;
  for (const MethodCells& method : task.networks)
    for (const CellRecord* cell : method.cells)
      for (const TargetRecord& target : cell->targets)
        if (!std::isnan(target.loss)) targets.push_back(target.loss);
  std::ranges::sort(targets, std::greater<>());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

/// A target, and what there is to compare with at it.
struct Comparison {
  double target, loosest;
  const MethodCells* solver;  ///< the fastest, or null where nobody solves an instance to the target
  const MethodCells* cheap;   ///< the cheapest training to the loosest target
};

std::vector<Entry> row_of(const MethodCells& method, const Comparison& at) {
  const double training = median_cost(method.cells, at.target), inference = inference_seconds(method);
  const bool reached = std::isfinite(training);
  std::vector<Entry> row = {text_entry(method.method), number_entry(at.target), time_entry(training),
                            number_entry(method.tuning_seconds), number_entry(1e6 * inference)};
  if (at.solver == nullptr) {
    row.insert(row.end(), {text_entry("-"), number_entry(kAbsent)});
  } else {
    row.insert(row.end(), {text_entry(at.solver->method), number_entry(1e6 * paid(*at.solver, at.target))});
  }
  const double once = paid(method, at.target);
  const double solve = at.solver == nullptr ? kAbsent : paid(*at.solver, at.target);
  row.push_back(reached ? uses_entry(once, solve - inference) : text_entry("-"));
  const bool comparable = reached && at.solver != nullptr && at.cheap != nullptr && at.loosest > at.target;
  row.push_back(comparable
                    ? uses_entry(once - paid(*at.cheap, at.loosest), polish_seconds(*at.solver, at.loosest, at.target))
                    : text_entry("-"));
  return row;
}

Table task_table(const Task& task) {
  Table table;
  table.title = fmt::format("{}: break-even", task.name);
  table.group = task.name;
  table.columns = {{"method", false}, {"target loss"},         {"training [s]"},
                   {"tuning [s]"},    {"inference [us]"},      {"solver", false},
                   {"solution [us]"}, {"uses against solver"}, {"uses against cheapest training"}};
  const std::vector<double> targets = targets_of(task);
  for (const double target : targets) {
    const Comparison at{target, targets.front(), cheapest(task.solvers, target),
                        cheapest(task.networks, targets.front())};
    for (const MethodCells& method : task.networks) table.rows.push_back(row_of(method, at));
  }
  if (task.solvers.empty())
    table.notes.emplace_back(
        "no cell solves single instances: add a run with --set instance=true and per-instance solvers");
  return table;
}

}  // namespace

std::vector<Table> break_even_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  for (const Task& task : collect_tasks(reports)) tables.push_back(task_table(task));
  if (tables.empty()) return tables;
  for (const std::string& note : trouble_notes(group_cells(reports))) tables.front().notes.push_back(note);
  tables.back().notes.emplace_back(
      "Medians over seeds. solver: the fastest of the methods that solve one instance from zero (setting "
      "instance=true) to the same loss; solution: its time. uses against solver: after how many instances training "
      "(and tuning, where it is known) has cost less than solving each of them. Against cheapest training: the "
      "network "
      "that reached the loosest target first, its answers solved on to the target at every use by the same solver.");
  return tables;
}

}  // namespace physgrad
