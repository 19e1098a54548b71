#include "physgrad/tables/rank_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/best.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

/// The ranks of one problem's methods by their median loss at the end: a column, one entry for each of `methods`.
std::vector<Entry> rank_column(const ProblemGroup& group, const std::vector<std::string>& methods) {
  const Quantity quantity{[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
                          [](const CellRecord& cell) { return cell.initial.train_loss; }};
  const Standings found = standings(group, quantity);
  std::map<std::string, double> medians;
  for (const MethodRow& row : group.rows)
    if (!row.tried().empty()) medians[row.method] = quantile(row.collect(quantity.number), 0.5);
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [method, median] : medians) least = std::min(least, median);
  std::vector<Entry> column;
  for (const std::string& method : methods) {
    const auto own = medians.find(method);
    if (own == medians.end()) {
      column.push_back(text_entry("-"));
      continue;
    }
    const auto before = std::ranges::count_if(medians, [&](const auto& each) { return each.second < own->second; });
    const double factor = own->second / least;
    Entry entry = number_entry(factor);
    entry.text = std::isinf(own->second) ? "lost" : fmt::format("{} ({:.3g}x)", before + 1, factor);
    entry.best = found.best && group.rows[*found.best].method == method;
    column.push_back(std::move(entry));
  }
  return column;
}

}  // namespace

Table rank_table(const std::vector<ProblemGroup>& groups) {
  Table table{"Ranks by the loss at the end", "ranks", {{"method", false}}, {}, {}};
  const std::vector<std::string> methods = all_methods(groups);
  for (const std::string& method : methods) table.rows.push_back({text_entry(method)});
  for (const ProblemGroup& group : groups) {
    table.columns.push_back({group.problem});
    const std::vector<Entry> column = rank_column(group, methods);
    for (std::size_t i = 0; i < column.size(); ++i) table.rows[i].push_back(column[i]);
  }
  table.notes = trouble_notes(groups);
  table.notes.emplace_back(
      "Rank of the median over seeds, with its factor over the smallest. Marked: first by verdicts, not by its "
      "median.");
  return table;
}

}  // namespace physgrad
