#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "physgrad/tables/swept_problems.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
std::vector<Table> sweep_tables(const std::vector<LabelledReport>& reports) {
  std::vector<Table> tables;
  for (const SweptProblem& at : swept_problems(reports)) {
    Table table{
        fmt::format("{}: training loss by swept settings", at.problem), at.problem, {{"settings", false}}, {}, {}};
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
  if (tables.empty()) tables.push_back({"Sweeps", "sweep", {{"settings", false}}, {}, {"no setting was swept"}});
  std::ranges::move(trouble_notes(group_cells(reports)), std::back_inserter(tables.back().notes));
  return tables;
}

}  // namespace physgrad
