#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "report/measures.hpp"
#include "report/tables.hpp"

namespace physgrad {
namespace {

std::string settings_of(const CellKey& key) {
  if (key.problem_sweep.empty() || key.method_sweep.empty()) return key.problem_sweep + key.method_sweep;
  return key.problem_sweep + " " + key.method_sweep;
}

/// The cells of one problem by swept settings (in the order of the plan) and method.
struct SweptProblem {
  std::string problem;
  std::vector<std::string> settings, methods;
  std::map<std::pair<std::string, std::string>, std::vector<double>> losses;
};

void note(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::vector<SweptProblem> swept_problems(const std::vector<LabelledReport>& reports) {
  std::set<std::string> swept;
  for (const LabelledReport& each : reports)
    for (const CellKey& key : each.report.header.planned)
      if (!settings_of(key).empty()) swept.insert(key.problem);
  std::vector<SweptProblem> problems;
  const auto problem_of = [&](const std::string& name) -> SweptProblem& {
    const auto found = std::ranges::find(problems, name, &SweptProblem::problem);
    return found != problems.end() ? *found : problems.emplace_back(SweptProblem{name, {}, {}, {}});
  };
  for (const LabelledReport& each : reports) {
    for (const CellKey& key : each.report.header.planned) {
      if (!swept.contains(key.problem)) continue;
      note(problem_of(key.problem).settings, settings_of(key));
      note(problem_of(key.problem).methods, key.method);
    }
    for (const CellRecord& cell : each.report.cells)
      if (swept.contains(cell.problem) && cell.status != Status::skipped)
        problem_of(cell.problem)
            .losses[{settings_of(cell), cell.method}]
            .push_back(miss_if_absent(final_value(cell, &Losses::train_loss)));
  }
  return problems;
}

}  // namespace

std::vector<Table> sweep_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  for (const SweptProblem& at : swept_problems(reports)) {
    Table table{
        fmt::format("{}: training loss by swept settings", at.problem), at.problem, {{"settings", false}}, {}, {}};
    for (const std::string& method : at.methods)
      table.columns.push_back({.header = method, .spread = true});
    for (const std::string& settings : at.settings) {
      std::vector<Entry> row = {text_entry(settings.empty() ? "not swept" : settings)};
      for (const std::string& method : at.methods) {
        const auto found = at.losses.find({settings, method});
        row.push_back(found == at.losses.end() ? text_entry("-") : spread_entry(spread(found->second)));
      }
      table.rows.push_back(std::move(row));
    }
    tables.push_back(std::move(table));
  }
  if (tables.empty()) tables.push_back({"Sweeps", "sweep", {{"settings", false}}, {}, {"no setting was swept"}});
  std::ranges::move(trouble_notes(group_cells(reports)), std::back_inserter(tables.back().notes));
  return tables;
}

}  // namespace physgrad
