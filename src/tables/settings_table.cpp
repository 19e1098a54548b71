#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

std::string settings_text(const CellRecord& cell, bool of_problem) {
  std::vector<std::string> words;
  for (const auto& [key, value] : cell.used)
    if ((std::ranges::find(cell.problem_settings, key) != cell.problem_settings.end()) == of_problem)
      words.push_back(fmt::format("{}={}", key, to_text(value)));
  return fmt::format("{}", fmt::join(words, " "));
}

std::string given_text(const CellRecord& cell) {
  std::vector<std::string> words;
  for (const auto& [key, value] : cell.given) words.push_back(fmt::format("{}={}", key, to_text(value)));
  return words.empty() ? "-" : fmt::format("{}", fmt::join(words, " "));
}

const CellRecord* first_described(const ProblemGroup& group) {
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.cells)
      if (!cell->used.empty()) return cell;
  return nullptr;
}

}  // namespace

std::vector<Table> settings_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : reports.groups()) {
    Table table{group.problem + ": settings", group.problem, {}, {}, {}};
    table.columns = {{"method", false}, {"asked for", false}, {"search [s]"}, {"as used", false}};
    for (const MethodRow& row : group.rows) {
      if (row.cells.empty()) continue;
      const CellRecord& cell = *row.cells.front();
      table.rows.push_back({text_entry(row.method), text_entry(given_text(cell)),
                            number_entry(tuning_of(row.cells, reports.reports())),
                            text_entry(settings_text(cell, false))});
    }
    if (const CellRecord* cell = first_described(group))
      table.notes.push_back(fmt::format("The problem's, of all methods: {}", settings_text(*cell, true)));
    for (std::string& line : trouble_notes(group)) table.notes.push_back(std::move(line));
    tables.push_back(std::move(table));
  }
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "asked for: by command line, file or published set-up. search: training seconds that a search for them took, "
        "where "
        "the report knows it.");
  return tables;
}

}  // namespace physgrad
