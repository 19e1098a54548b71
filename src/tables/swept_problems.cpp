#include "physgrad/tables/swept_problems.hpp"

#include <algorithm>
#include <set>

#include "physgrad/tables/measures.hpp"

namespace physgrad {
namespace {

void note(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

/// "heat points=8" and "dp-sgd rate=0.1": "points=8 rate=0.1".
std::string settings_of(const ProblemGroup& group, const MethodRow& row) {
  const std::string task = group.problem.substr(group.name.size()), setup = row.method.substr(row.name.size());
  const std::string both = task + setup;
  return both.empty() ? "not swept" : both.substr(1);
}

std::set<std::string> swept_names(const std::vector<LabelledReport>& reports) {
  std::set<std::string> swept;
  for (const LabelledReport& each : reports)
    for (const CellKey& key : each.report.header.planned)
      if (!key.problem_sweep.empty() || !key.method_sweep.empty()) swept.insert(key.problem);
  return swept;
}

}  // namespace

std::vector<SweptProblem> swept_problems(const ReportSet& reports) {
  const std::set<std::string> swept = swept_names(reports.reports());
  std::vector<SweptProblem> problems;
  std::map<std::string, std::vector<const MethodRow*>> rows;
  for (const ProblemGroup& group : reports.groups()) {
    if (!swept.contains(group.name)) continue;
    auto at = std::ranges::find(problems, group.name, &SweptProblem::problem);
    if (at == problems.end()) at = problems.insert(at, {group.name, {}, {}, {}, {}});
    for (const MethodRow& row : group.rows) {
      const std::string settings = settings_of(group, row);
      rows[group.name].push_back(&row);
      note(at->settings, settings);
      note(at->methods, row.name);
      if (!row.tried().empty())
        at->losses[{settings, row.name}] =
            row.collect([](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); });
    }
  }
  for (SweptProblem& each : problems) each.cells = cells_text(rows[each.problem]);
  return problems;
}

}  // namespace physgrad
