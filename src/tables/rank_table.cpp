#include "physgrad/tables/rank_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/best.hpp"
#include "physgrad/tables/instances.hpp"

namespace physgrad {
namespace {

/// One problem's ranks, for each of `methods`.
struct Ranks {
  std::vector<Entry> entries;
  std::vector<double> ranks;  ///< of medians, those of equals their mean; NaN for who does not run
  std::vector<bool> first;    ///< who no verdict puts behind another
};

/// "2 [1-4] (1.39x)": rank of the median, the ranks that verdicts leave, the median over the smallest.
std::string rank_text(double rank, const RankInterval& interval, double factor) {
  const std::string left = interval.low > 0 ? fmt::format(" [{}-{}]", interval.low, interval.high) : std::string{};
  return std::isinf(factor) ? "lost" : fmt::format("{:g}{} ({:.3g}x)", rank, left, factor);
}

/// The row of every tried method and its median.
std::map<std::string, RankedRow> medians_of(const ProblemGroup& group, const Quantity& quantity) {
  std::map<std::string, RankedRow> result;
  for (std::size_t i = 0; i < group.rows.size(); ++i)
    if (!group.rows[i].tried().empty())
      result[group.rows[i].method] = {i, quantile(group.rows[i].collect(quantity.number), 0.5)};
  return result;
}

/// The ranks of one problem's methods by their median loss at the end.
Ranks ranks_of(const ProblemGroup& group, const std::vector<std::string>& methods) {
  const Quantity quantity{[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
                          [](const CellRecord& cell) { return cell.initial.train_loss; }};
  const std::vector<RowVerdict> verdicts = row_verdicts(group, quantity);
  const Standings found = standings(group, quantity, verdicts);
  const MarkPower power = mark_power(group);
  const std::vector<RankInterval> intervals = power.needed > 0 && power.pairs >= power.needed
                                                  ? rank_intervals(group, verdicts)
                                                  : std::vector<RankInterval>(group.rows.size());
  const std::map<std::string, RankedRow> medians = medians_of(group, quantity);
  double least = kInfinity;
  for (const auto& [method, own] : medians) least = std::min(least, own.median);
  Ranks result;
  for (const std::string& method : methods) {
    const auto own = medians.find(method);
    if (own == medians.end()) {
      result.entries.push_back(text_entry("-"));
      result.ranks.push_back(kAbsent);
      result.first.push_back(false);
      continue;
    }
    const auto [row, median] = own->second;
    const auto before = std::ranges::count_if(medians, [&](const auto& each) { return each.second.median < median; });
    const auto equal = std::ranges::count_if(medians, [&](const auto& each) { return each.second.median == median; });
    result.ranks.push_back(static_cast<double>(before) + 0.5 * static_cast<double>(equal + 1));
    Entry entry = number_entry(median / least);
    entry.text = rank_text(static_cast<double>(before + 1), intervals[row], median / least);
    entry.best = found.best == row;
    result.entries.push_back(std::move(entry));
    result.first.push_back(std::ranges::find(found.unbeaten, row) != found.unbeaten.end());
  }
  return result;
}

/// Over the problems on which the method runs: its mean rank, and on how many of them it may be the first.
std::vector<Entry> overall(const std::vector<Ranks>& of_problems, std::size_t method) {
  double sum = 0;
  int tried = 0, first = 0;
  for (const Ranks& ranks : of_problems) {
    if (std::isnan(ranks.ranks[method])) continue;
    sum += ranks.ranks[method];
    ++tried;
    first += ranks.first[method] ? 1 : 0;
  }
  return {number_entry(tried > 0 ? sum / tried : kAbsent), text_entry(fmt::format("{}/{}", first, tried))};
}

}  // namespace

Table rank_table(const std::vector<ProblemGroup>& groups) {
  Table table{"Ranks by the loss at the end", "ranks", {{"method", false}}, {}, {}};
  const std::vector<std::string> methods = all_methods(groups);
  for (const std::string& method : methods) table.rows.push_back({text_entry(method)});
  std::vector<Ranks> of_problems;
  for (const ProblemGroup& group : groups) {
    table.columns.push_back({group.problem});
    const Ranks& ranks = of_problems.emplace_back(ranks_of(group, methods));
    for (std::size_t i = 0; i < methods.size(); ++i) table.rows[i].push_back(ranks.entries[i]);
  }
  if (groups.size() > 1) {
    table.columns.insert(table.columns.end(), {{"mean rank"}, {"may be first", false}});
    for (std::size_t i = 0; i < methods.size(); ++i)
      for (Entry& entry : overall(of_problems, i)) table.rows[i].push_back(std::move(entry));
  }
  table.notes = trouble_notes(groups);
  table.notes.emplace_back(
      "Rank of the median over seeds, [ranks that verdicts leave: they hold the true one with 95 %, each by itself], "
      "and its factor over the smallest. Marked: alone left as the first by verdicts. Mean rank: of medians, over the "
      "problems on which the method runs; may be first: on how many of them no verdict puts it behind another.");
  return table;
}

}  // namespace physgrad
