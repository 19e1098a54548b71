#include "physgrad/tables/rank_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/best.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

Quantity loss_at_end() {
  return {[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
          [](const CellRecord& cell) { return cell.initial.train_loss; }};
}

/// The ranks of one problem's methods by their median loss at the end: a column, one entry for each of `methods`.
std::vector<Entry> rank_column(const ProblemGroup& group, const std::vector<std::string>& methods) {
  const Quantity quantity = loss_at_end();
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

/// Of every tried row of a problem the first and the last place that verdicts leave it.
std::map<std::string, RankInterval> places_of(const ProblemGroup& group) {
  const std::vector<RankInterval> intervals = rank_intervals(group, row_verdicts(group, loss_at_end()));
  std::map<std::string, RankInterval> places;
  for (std::size_t i = 0; i < group.rows.size(); ++i)
    if (!group.rows[i].tried().empty()) places[group.rows[i].method] = intervals[i];
  return places;
}

/// A method's line: its places on every problem, and what they are in the middle.
std::vector<Entry> places_line(const std::string& method,
                               const std::vector<std::map<std::string, RankInterval>>& places) {
  std::vector<Entry> line = {text_entry(method)};
  std::vector<double> middles;
  for (const auto& of_problem : places) {
    const auto own = of_problem.find(method);
    if (own == of_problem.end()) {
      line.push_back(text_entry("-"));
      continue;
    }
    const auto [first, last] = own->second;
    middles.push_back(static_cast<double>(first + last) / 2);
    line.push_back(number_entry(middles.back()));
    line.back().text = first == last ? fmt::format("{}", first) : fmt::format("{} to {}", first, last);
  }
  const auto count = static_cast<double>(middles.size());
  line.push_back(number_entry(count));
  line.push_back(number_entry(std::accumulate(middles.begin(), middles.end(), 0.0) / count));
  line.push_back(number_entry(quantile(std::move(middles), 0.5)));
  return line;
}

}  // namespace

Table verdict_rank_table(const std::vector<ProblemGroup>& groups) {
  Table table{"Ranks that verdicts leave, by the loss at the end", "places", {{"method", false}}, {}, {}};
  std::vector<std::map<std::string, RankInterval>> places;
  for (const ProblemGroup& group : groups) {
    table.columns.push_back({group.problem});
    places.push_back(places_of(group));
  }
  for (const char* header : {"problems", "mean", "median"}) table.columns.push_back({header});
  for (const std::string& method : all_methods(groups)) table.rows.push_back(places_line(method, places));
  std::ranges::stable_sort(table.rows,
                           [](const auto& a, const auto& b) { return a.rbegin()[1].value < b.rbegin()[1].value; });
  table.notes.emplace_back(
      "The first place is behind all methods that verdicts put before this one, the last before all that they put "
      "behind it: they hold its true one with 95 %, each by itself; mean and median are of the middle between the two, "
      "over the problems that the method was tried on. "
      "Few seeds leave everybody every place.");
  return table;
}

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
