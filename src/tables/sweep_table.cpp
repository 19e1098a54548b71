#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "physgrad/tables/swept_problems.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
std::vector<Table> sweep_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  const std::vector<ProblemGroup>& groups = reports.groups();
  for (const SweptProblem& at : swept_problems(reports)) {
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
