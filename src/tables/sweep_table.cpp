#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// The rows of one problem by settings (in the order of the plan) and method: what a label says beside the name.
struct SweptProblem {
  std::string problem;
  std::vector<std::string> settings, methods;
  std::map<std::pair<std::string, std::string>, std::vector<double>> losses;
  std::string cells;  ///< how many, of which seeds, and what became of them
};

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

std::vector<SweptProblem> swept_problems(const std::vector<LabelledReport>& reports,
                                         const std::vector<ProblemGroup>& groups) {
  const std::set<std::string> swept = swept_names(reports);
  std::vector<SweptProblem> problems;
  std::map<std::string, std::vector<const MethodRow*>> rows;
  for (const ProblemGroup& group : groups) {
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

}  // namespace

std::vector<Table> sweep_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  const std::vector<ProblemGroup> groups = group_cells(reports);
  for (const SweptProblem& at : swept_problems(reports, groups)) {
    Table table;
    table.title = fmt::format("{}: training loss by swept settings ({} settings, {} methods, {})", at.problem,
                              at.settings.size(), at.methods.size(), at.cells);
    table.group = at.problem;
    table.columns = {{"settings", false}};
    for (const std::string& method : at.methods) table.columns.push_back({.header = method, .spread = true});
    for (const std::string& settings : at.settings) {
      std::vector<Entry> row = {text_entry(settings)};
      for (const std::string& method : at.methods) {
        const auto found = at.losses.find({settings, method});
        row.push_back(found == at.losses.end() ? text_entry("-") : spread_entry(spread(found->second)));
      }
      table.rows.push_back(std::move(row));
    }
    tables.push_back(std::move(table));
  }
  if (tables.empty())
    tables.push_back({"Sweeps", "sweep", {{"settings", false}}, {}, {"no setting was swept"}});
  else
    tables.back().notes.emplace_back(
        "Medians over seeds of the loss at the end, with [smallest, largest], from 4 seeds on [quartiles]; losses are "
        "as "
        "the problem defines them, without a unit. Diverged and failed cells are infinite; skipped and unfinished ones "
        "take no part.");
  std::ranges::move(trouble_notes(groups), std::back_inserter(tables.back().notes));
  return tables;
}

}  // namespace physgrad
