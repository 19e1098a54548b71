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
  Table table{{}, "needs", {{"method", false}}, {}, {}};
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
  table.title = fmt::format("What each method needs of a problem ({} methods)", table.rows.size());
  return table;
}

Table skipped_table(const std::vector<ProblemGroup>& groups) {
  Table table{{}, "skipped", {{"problem", false}, {"method", false}, {"skipped"}, {"reason", false}}, {}, {}};
  std::size_t pairs = 0;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows) {
      ++pairs;
      const auto is_skipped = [](const CellRecord* cell) { return cell->status == Status::skipped; };
      const auto first = std::ranges::find_if(row.cells, is_skipped);
      if (first == row.cells.end()) continue;
      table.rows.push_back(
          {text_entry(group.problem), text_entry(row.method),
           text_entry(fmt::format("{}/{}", std::ranges::count_if(row.cells, is_skipped), row.planned())),
           text_entry((*first)->reason)});
    }
  table.title = fmt::format("Pairs that were skipped ({} of {})", table.rows.size(), pairs);
  table.notes.emplace_back(table.rows.empty() ? "none" : "skipped: cells (seeds) of those that were planned");
  return table;
}

}  // namespace

std::vector<Table> needs_tables(const ReportSet& reports) {
  return {methods_table(reports.reports()), skipped_table(reports.groups())};
}

}  // namespace physgrad
