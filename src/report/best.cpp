#include "report/best.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "report/paired_test.hpp"

namespace physgrad {
namespace {

std::vector<std::size_t> tried_rows(const ProblemGroup& group) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < group.rows.size(); ++i)
    if (!group.rows[i].tried().empty()) result.push_back(i);
  return result;
}

/// Of every cell, which trajectory it followed.
std::map<const CellRecord*, std::size_t> trajectories_of(const MethodRow& row) {
  std::map<const CellRecord*, std::size_t> result;
  const auto distinct = row.distinct();
  for (std::size_t i = 0; i < distinct.size(); ++i)
    for (const CellRecord* cell : distinct[i]) result[cell] = i;
  return result;
}

using CellPair = std::pair<const CellRecord*, const CellRecord*>;

/// The cells of common seeds, of which copies of one pair of trajectories are one.
std::vector<CellPair> pairs_of(const MethodRow& a, const MethodRow& b) {
  const auto of_a = trajectories_of(a), of_b = trajectories_of(b);
  std::map<std::uint64_t, const CellRecord*> partners;
  for (const CellRecord* cell : b.tried()) partners.emplace(cell->seed, cell);
  std::set<std::pair<std::size_t, std::size_t>> seen;
  std::vector<CellPair> pairs;
  for (const CellRecord* cell : a.tried()) {
    const auto partner = partners.find(cell->seed);
    if (partner == partners.end()) continue;
    if (seen.emplace(of_a.at(cell), of_b.at(partner->second)).second) pairs.emplace_back(cell, partner->second);
  }
  return pairs;
}

/// A disturbed cell had less of a processor, and so fewer steps, until its budget of time was over.
bool end_holds(const CellRecord& cell) { return cell.status != Status::time_budget || times_hold(cell); }

/// NaN where the two say nothing about each other.
double compare(const Quantity& quantity, const CellRecord& a, const CellRecord& b) {
  // How far below its last target a cell stopped says nothing.
  if (!quantity.time && a.status == Status::target_reached && b.status == Status::target_reached) return 0;
  const bool hold = quantity.time ? times_hold(a) && times_hold(b) : end_holds(a) && end_holds(b);
  return hold ? log_ratio(quantity.number(a), quantity.number(b)) : kAbsent;
}

PairedComparison compare(const Quantity& quantity, const MethodRow& a, const MethodRow& b) {
  std::vector<double> log_ratios;
  if (!quantity.time || a.clock == b.clock)
    for (const auto& [of_a, of_b] : pairs_of(a, b)) log_ratios.push_back(compare(quantity, *of_a, *of_b));
  return compare_pairs(std::move(log_ratios));
}

/// A row with a miss or a lost cell is no best one, and neither is one that training made worse.
bool may_be_best(const MethodRow& row, const Quantity& quantity) {
  const std::vector<double> values = row.collect(quantity.number);
  if (std::ranges::any_of(values, [](double value) { return std::isinf(value); })) return false;
  if (!quantity.before) return true;
  const double before = quantile(row.collect(quantity.before), 0.5);
  return std::isnan(before) || quantile(values, 0.5) < before;
}

}  // namespace

std::optional<std::size_t> best_row(const ProblemGroup& group, const Quantity& quantity) {
  const std::vector<std::size_t> rows = tried_rows(group);
  std::vector<std::pair<std::size_t, std::size_t>> who;
  std::vector<PairedComparison> comparisons;
  std::vector<double> p;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      who.emplace_back(rows[i], rows[j]);
      comparisons.push_back(compare(quantity, group.rows[rows[i]], group.rows[rows[j]]));
      p.push_back(comparisons.back().p);
    }
  const std::vector<double> corrected = holm_corrected(p);
  std::map<std::size_t, std::size_t> wins;
  for (std::size_t k = 0; k < who.size(); ++k) {
    const Verdict verdict = decide(comparisons[k], corrected[k]);
    if (verdict != Verdict::unresolved) ++wins[verdict == Verdict::a ? who[k].first : who[k].second];
  }
  for (const auto& [row, count] : wins)
    if (count + 1 == rows.size() && may_be_best(group.rows[row], quantity)) return row;
  return std::nullopt;
}

MarkPower mark_power(const ProblemGroup& group) {
  const std::vector<std::size_t> rows = tried_rows(group);
  if (rows.size() < 2) return {};
  MarkPower power{0, pairs_needed(rows.size() * (rows.size() - 1) / 2)};
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      power.pairs = std::max(power.pairs, pairs_of(group.rows[rows[i]], group.rows[rows[j]]).size());
  return power;
}

std::string mark_note(const std::vector<ProblemGroup>& groups) {
  bool possible = false;
  MarkPower most;
  for (const ProblemGroup& group : groups) {
    const MarkPower power = mark_power(group);
    possible = possible || (power.needed > 0 && power.pairs >= power.needed);
    if (power.needed > 0 && (most.needed == 0 || power.pairs > most.pairs)) most = power;
  }
  if (possible)
    return "Marked as best: what verdicts put before every other row (paired tests over seeds, corrected for all pairs "
           "of rows), and only where it is better than before training.";
  if (most.needed == 0) return {};
  return fmt::format(
      "No value is marked as best: that takes verdicts, and {} different paired run{} cannot give them; "
      "at least {} seeds are needed.",
      most.pairs, most.pairs == 1 ? "" : "s", most.needed);
}

}  // namespace physgrad
