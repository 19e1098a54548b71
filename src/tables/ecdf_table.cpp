// Shares of targets reached within marked budgets.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/tables.hpp"
#include "physgrad/tables/target_costs.hpp"

namespace physgrad {
namespace {

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
  const auto [methods, costs, triples] = target_costs(groups, abscissa);
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
    for (const double mark : marks) line.push_back(number_entry(share_reached(costs[m], mark, triples)));
    line.push_back(number_entry(share_reached(costs[m], kInfinity, triples)));
    table.rows.push_back(std::move(line));
  }
  return table;
}

}  // namespace

std::vector<Table> ecdf_tables(const ReportSet& reports) {
  const std::vector<ProblemGroup>& groups = reports.comparable_groups();
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
