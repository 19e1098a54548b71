#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

const std::vector<std::string>& kinds_of_need() {
  static const std::vector<std::string> names = {"gradient", "inverse", "jacobian", "products"};
  return names;
}

Table methods_table(const std::vector<LabelledReport>& reports) {
  Table table{"What each method needs of a problem", "needs", {{"method", false}}, {}, {}};
  for (const std::string& need : kinds_of_need()) table.columns.push_back({need, false});
  table.columns.push_back({"what it is", false});
  std::set<std::string> seen;
  for (const LabelledReport& each : reports)
    for (const MethodNote& note : each.report.header.methods) {
      if (!seen.insert(note.name).second) continue;
      std::vector<Entry> row = {text_entry(note.name)};
      for (const std::string& need : kinds_of_need())
        row.push_back(text_entry(std::ranges::find(note.needs, need) != note.needs.end() ? "needed" : "-"));
      row.push_back(text_entry(note.summary));
      table.rows.push_back(std::move(row));
    }
  return table;
}

Table skipped_table(const std::vector<LabelledReport>& reports) {
  Table table{"Pairs that were skipped", "skipped", {{"problem", false}, {"method", false}, {"reason", false}}, {}, {}};
  for (const ProblemGroup& group : group_cells(reports))
    for (const MethodRow& row : group.rows)
      for (const CellRecord* cell : row.cells)
        if (cell->status == Status::skipped) {
          table.rows.push_back({text_entry(group.problem), text_entry(row.method), text_entry(cell->reason)});
          break;
        }
  if (table.rows.empty()) table.notes.emplace_back("none");
  return table;
}

}  // namespace

std::vector<Table> needs_tables(const std::vector<LabelledReport>& reports) {
  return {methods_table(reports), skipped_table(reports)};
}

}  // namespace physgrad
