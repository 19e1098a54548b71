// Ranks of methods against the training budget, read off the curves of one long report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/budgets.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// One problem by one quantity.
struct Course {
  const ProblemGroup* group;
  BudgetQuantity quantity;
  std::vector<AtBudget> at;  ///< at least one
};

std::string at_text(double seconds) { return fmt::format("at {:.3g} s", seconds); }

/// "-" without a schedule.
Entry schedule_entry(const std::string& schedule) { return text_entry(schedule.empty() ? "-" : schedule); }

Table loss_table(const Course& course) {
  const ProblemGroup& group = *course.group;
  Table table;
  table.title =
      fmt::format("{}: {} against the budget ({})", group.problem, course.quantity.name, denominator_text(group));
  table.group = group.problem;
  table.columns = {{"of", false}, {"method", false}, {"schedule", false}};
  for (const AtBudget& at : course.at) {
    table.columns.push_back({at_text(at.seconds)});
    table.columns.push_back({fmt::format("rank {}", at_text(at.seconds))});
  }
  for (std::size_t row = 0; row < group.rows.size(); ++row) {
    if (group.rows[row].tried().empty()) continue;
    std::vector<Entry> line = {text_entry(course.quantity.name), text_entry(group.rows[row].method),
                               schedule_entry(schedule_of(group.rows[row]))};
    const TimedCells timed = timed_cells(group.rows[row]);
    for (const AtBudget& at : course.at) {
      line.push_back(signed_entry(number_entry(at.medians[row]), timed));
      line.push_back(number_entry(at.ranks[row]));
    }
    table.rows.push_back(std::move(line));
  }
  return table;
}

std::string order_text(const ProblemGroup& group, std::size_t a, std::size_t b, const AtBudget& at) {
  const Verdict verdict = at.verdict(a, b);
  if (std::isnan(at.medians[a]) || std::isnan(at.medians[b])) return "-";
  return verdict == Verdict::unresolved ? "unresolved" : group.rows[verdict == Verdict::a ? a : b].method;
}

/// Which of two methods verdicts put first, at every budget.
Table order_table(const Course& course) {
  const ProblemGroup& group = *course.group;
  Table table;
  table.title =
      fmt::format("{}: who is first by verdicts on {}, against the budget", group.problem, course.quantity.name);
  table.group = group.problem;
  table.columns = {{"of", false}, {"A", false}, {"B", false}};
  for (const AtBudget& at : course.at) table.columns.push_back({at_text(at.seconds), false});
  for (std::size_t a = 0; a < group.rows.size(); ++a)
    for (std::size_t b = a + 1; b < group.rows.size(); ++b) {
      if (group.rows[a].tried().empty() || group.rows[b].tried().empty()) continue;
      std::vector<Entry> line = {text_entry(course.quantity.name), text_entry(group.rows[a].method),
                                 text_entry(group.rows[b].method)};
      for (const AtBudget& at : course.at) line.push_back(text_entry(order_text(group, a, b, at)));
      table.rows.push_back(std::move(line));
    }
  OrderChanges changes;
  changes.add(course.at.front(), course.at.back());
  table.notes = {changes.text(course.at.front().seconds, course.at.back().seconds)};
  return table;
}

/// The mean of a method's ranks at a budget; NaN unless every problem that it was tried on has one.
double mean_rank(const std::vector<Course>& courses, const std::string& method, double seconds) {
  double sum = 0, count = 0;
  for (const Course& course : courses) {
    const auto row = std::ranges::find(course.group->rows, method, &MethodRow::method);
    if (row == course.group->rows.end() || row->tried().empty()) continue;
    const auto at = std::ranges::find(course.at, seconds, &AtBudget::seconds);
    sum += at == course.at.end() ? kAbsent : at->ranks[static_cast<std::size_t>(row - course.group->rows.begin())];
    ++count;
  }
  return sum / count;
}

/// How many problems a method was tried on, and the schedules it has there.
std::pair<std::size_t, std::string> where_tried(const std::vector<Course>& courses, const std::string& method) {
  std::size_t problems = 0;
  std::string schedules;
  for (const Course& course : courses)
    for (const MethodRow& row : course.group->rows) {
      if (row.method != method || row.tried().empty()) continue;
      ++problems;
      const std::string schedule = schedule_of(row);
      if (!schedule.empty() && schedules.find(schedule) == schedules.npos)
        schedules += (schedules.empty() ? "" : ", ") + schedule;
    }
  return {problems, schedules};
}

Table mean_table(const std::vector<Course>& courses, const ClockGroups& part, const std::vector<double>& budgets) {
  const char* quantity = courses.empty() ? "training loss" : courses.front().quantity.name;
  Table table;
  table.title = fmt::format("Mean rank by {} against the budget ({}{}{})", quantity, catalogue_text(part.groups),
                            part.clock.empty() ? "" : "; ", part.clock);
  table.group = "ranks";
  table.columns = {{"of", false}, {"method", false}, {"schedule", false}, {"problems"}};
  for (const double seconds : budgets) table.columns.push_back({at_text(seconds)});
  for (const std::string& method : all_methods(part.groups)) {
    const auto [problems, schedules] = where_tried(courses, method);
    if (problems == 0) continue;
    std::vector<Entry> line = {text_entry(quantity), text_entry(method), schedule_entry(schedules),
                               number_entry(static_cast<double>(problems))};
    for (const double seconds : budgets) line.push_back(number_entry(mean_rank(courses, method, seconds)));
    table.rows.push_back(std::move(line));
  }
  if (courses.empty()) return table;
  OrderChanges changes;
  for (const Course& course : courses)
    if (course.at.front().seconds == budgets.front() && course.at.back().seconds == budgets.back())
      changes.add(course.at.front(), course.at.back());
  table.notes = {changes.text(budgets.front(), budgets.back())};
  return table;
}

/// Of one machine and program, by one quantity: means over the problems, then each of them.
void add_tables(const ClockGroups& part, const std::vector<Course>& courses, const std::vector<double>& budgets,
                std::vector<Table>& tables) {
  tables.push_back(mean_table(courses, part, budgets));
  for (const Course& course : courses) {
    tables.push_back(loss_table(course));
    tables.push_back(order_table(course));
  }
}

void add_notes(const std::vector<ProblemGroup>& groups, std::vector<std::string>& notes) {
  notes.push_back(budgets_note());
  notes.emplace_back(
      "Rank: of the median over seeds, equal ones share it; the mean is over the problems that a method was tried on. "
      "Verdicts: paired tests over seeds, corrected for all pairs of a problem at one budget.");
  if (std::string marks = mark_note(groups); marks.starts_with("No value")) notes.push_back(std::move(marks));
  std::ranges::move(trouble_notes(groups), std::back_inserter(notes));
  for (const ProblemGroup& group : groups)
    for (const std::string& note : timing_notes(group)) notes.push_back(fmt::format("{}: {}", group.problem, note));
}

}  // namespace

std::vector<Table> budget_tables(const ReportSet& reports, const std::vector<double>& asked) {
  std::vector<Table> tables;
  for (const ClockGroups& part : groups_by_clock(reports, Abscissa::seconds)) {
    const std::vector<double> budgets = budgets_of(part.groups, asked);
    std::vector<Course> losses, errors;
    for (const ProblemGroup& group : part.groups)
      for (const BudgetQuantity& quantity : budget_quantities(group))
        if (std::vector<AtBudget> at = read_at(group, quantity.which, budgets); !at.empty())
          (quantity.which == &Losses::train_loss ? losses : errors).push_back({&group, quantity, std::move(at)});
    add_tables(part, losses, budgets, tables);
    if (!errors.empty()) add_tables(part, errors, budgets, tables);
    add_notes(part.groups, tables.back().notes);
  }
  return tables;
}

}  // namespace physgrad
