// When has training paid for itself? A network costs its training once and an inference a use; solving every instance
// anew costs a solution a use and nothing before.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/break_even_costs.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kInstances = 256;  ///< that a solver's time should rest on

/// With the interval of what a use saves: the less it saves, the more uses it takes.
Entry uses_entry(double once, const Spread& each) {
  return spread_entry({uses(once, each.median), uses(once, each.high), uses(once, each.low)},
                      {.infinite = "never", .whole = true});
}

/// What the networks of one clock are compared with at one target.
struct Rivals {
  const TaskRow* solver;  ///< the fastest; null: none reaches the target
  Solution solution;
  bool cheaper = false;  ///< there is a network that is stopped at the loosest target, and this is a smaller one
  double cheap_paid = kAbsent;
  Spread onward{kAbsent, kAbsent, kAbsent};  ///< from the loosest target to this one, by the solver
};

Rivals rivals_of(const BreakEvenTask& task, const std::string& clock, double target, double loosest) {
  const auto solving = [&](const TaskRow& each) { return solution_of(each, target).seconds.median; };
  Rivals rivals{cheapest(task.solvers, clock, solving), {}};
  if (rivals.solver == nullptr) return rivals;
  rivals.solution = solution_of(*rivals.solver, target);
  const auto paying = [&](const TaskRow& each) { return paid(each, loosest); };
  const TaskRow* cheap = loosest > target ? cheapest(task.networks, clock, paying) : nullptr;
  if (cheap == nullptr) return rivals;
  rivals.cheaper = true;
  rivals.cheap_paid = paid(*cheap, loosest);
  rivals.onward = solution_of(*rivals.solver, target, loosest).seconds;
  return rivals;
}

std::vector<Entry> row_of(const TaskRow& row, double target, const Rivals& rivals) {
  const TaskRow* solver = rivals.solver;
  const double training = training_seconds(row, target), inference = inference_seconds(row);
  const auto [median, low, high] = rivals.solution.seconds;
  std::vector<Entry> line = {text_entry(row.method), number_entry(target),
                             signed_entry(time_entry(training), row.cells), number_entry(row.tuning_seconds),
                             signed_entry(number_entry(1e6 * inference), row.cells)};
  if (solver == nullptr) {
    line.insert(line.end(), {text_entry("-"), number_entry(kAbsent)});
  } else {
    line.push_back(text_entry(solver->method));
    line.push_back(signed_entry(spread_entry({1e6 * median, 1e6 * low, 1e6 * high}), solver->cells));
  }
  const double once = training + or_zero(row.tuning_seconds);
  if (std::isfinite(training) && solver != nullptr)
    line.push_back(
        uses_entry(once - or_zero(solver->tuning_seconds), {median - inference, low - inference, high - inference}));
  else
    line.push_back(text_entry("-"));
  if (std::isfinite(training) && rivals.cheaper)
    line.push_back(uses_entry(once - rivals.cheap_paid, rivals.onward));
  else
    line.push_back(text_entry("-"));
  line.push_back(number_entry(solver == nullptr ? kAbsent : static_cast<double>(rivals.solution.instances)));
  line.push_back(number_entry(solver == nullptr ? kAbsent : static_cast<double>(rivals.solution.below)));
  return line;
}

/// What the numbers of a table rest on, where that is less than it should be.
std::vector<std::string> basis_notes(const BreakEvenTask& task, const std::vector<double>& targets) {
  std::vector<std::string> notes;
  if (task.solvers.empty())
    return {"no cell solves single instances: add a run with --set instance=true and per-instance solvers"};
  for (const TaskRow& solver : task.solvers) {
    std::size_t most = 0;
    for (const double target : targets) most = std::max(most, solution_of(solver, target).instances);
    if (most < kInstances)
      notes.push_back(fmt::format("{}: its times rest on {} instance{}; {} are asked for (--seeds {})", solver.method,
                                  most, most == 1 ? "" : "s", kInstances, kInstances));
    if (std::ranges::any_of(task.networks, [&](const TaskRow& row) { return row.clock != solver.clock; }))
      notes.push_back(fmt::format(
          "{}: measured on another machine or by another program than some networks, with which it is not compared",
          solver.method));
  }
  return notes;
}

/// "4 networks in 32 cells of 8 seeds (0-7)".
std::string rows_text(const char* what, const std::vector<TaskRow>& rows) {
  std::size_t cells = 0;
  std::vector<std::uint64_t> seeds;
  for (const TaskRow& row : rows) {
    cells += row.cells.cells.size();
    for (const CellRecord* cell : row.cells.cells) seeds.push_back(cell->key.seed);
  }
  const std::string text = fmt::format("{} {}{}", rows.size(), what, rows.size() == 1 ? "" : "s");
  return cells == 0 ? text : fmt::format("{} in {} cells of {}", text, cells, seeds_text(std::move(seeds)));
}

Table task_table(const BreakEvenTask& task) {
  Table table;
  table.title = fmt::format("{}: break-even ({}, {})", task.name, rows_text("network", task.networks),
                            rows_text("solver", task.solvers));
  table.group = task.name;
  table.columns = {{"method", false},
                   {"target loss"},
                   {"training [s]"},
                   {"tuning [s]"},
                   {"inference [us]"},
                   {"solver", false},
                   {.header = "solution [us]", .spread = true},
                   {.header = "uses against solver", .spread = true},
                   {.header = "uses against cheapest training", .spread = true},
                   {"instances"},
                   {"begin below"}};
  const std::vector<double> targets = targets_of(task);
  for (const double target : targets) {
    std::map<std::string, Rivals> of_clock;
    for (const TaskRow& row : task.networks) {
      auto rivals = of_clock.find(row.clock);
      if (rivals == of_clock.end())
        rivals = of_clock.emplace(row.clock, rivals_of(task, row.clock, target, targets.front())).first;
      table.rows.push_back(row_of(row, target, rivals->second));
    }
  }
  table.notes = basis_notes(task, targets);
  return table;
}

/// The first about this problem, whose name may have settings behind it.
Table& table_of(std::vector<Table>& tables, const std::string& problem) {
  const auto found = std::ranges::find_if(
      tables, [&](const Table& table) { return table.group == problem || table.group.starts_with(problem + " "); });
  return found != tables.end() ? *found : tables.front();
}

}  // namespace

std::vector<Table> break_even_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.groups();
  std::vector<Table> tables;
  for (const BreakEvenTask& task : break_even_tasks(reports)) tables.push_back(task_table(task));
  if (tables.empty()) return tables;
  for (const ProblemGroup& group : groups)
    for (const auto& notes : {trouble_notes(group), timing_notes(group)})
      for (const std::string& note : notes)
        table_of(tables, group.name).notes.push_back(fmt::format("{}: {}", group.problem, note));
  tables.back().notes.emplace_back(
      "Medians over seeds, of cells that did not begin below the target. solver: the fastest of the methods that solve "
      "one instance from zero (setting instance=true) to the same loss; solution: its time over the held-out instances "
      "that did not begin below the target (counted as instances; \"begin below\": how many did), with [an interval "
      "that covers the median "
      "with 95 % whatever the distribution, from 6 instances on]. uses against solver: after how many instances "
      "training (and tuning, where it is known) has cost less than solving each of them, with the interval that "
      "follows from the solver's alone. Against cheapest training: the network that reached the loosest target first, "
      "its answers solved on to the target at every use by the same solver.");
  return tables;
}

}  // namespace physgrad
