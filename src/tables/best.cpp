#include "physgrad/tables/best.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "physgrad/tables/paired_rows.hpp"

namespace physgrad {
namespace {

std::vector<std::size_t> tried_rows(const ProblemGroup& group) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < group.rows.size(); ++i)
    if (!group.rows[i].tried().empty()) result.push_back(i);
  return result;
}

/// NaN where the two say nothing about each other.
double compare(const Quantity& quantity, const CellRecord& a, const CellRecord& b) {
  // How far below its last target a cell stopped says nothing.
  if (!quantity.time && a.status == Status::target_reached && b.status == Status::target_reached) return 0;
  const bool hold = quantity.time ? times_hold(a) && times_hold(b) : end_holds(a) && end_holds(b);
  return hold ? log_ratio(quantity.number(a), quantity.number(b)) : kAbsent;
}

PairedComparison compare(const Quantity& quantity, const MethodRow& a, const MethodRow& b) {
  if (quantity.time && a.clock != b.clock) return {};
  return compare_pairs(collect_pairs(distinct_pairs(a, b), [&](const CellRecord& of_a, const CellRecord& of_b) {
    return compare(quantity, of_a, of_b);
  }));
}

/// Up to so many rows all pairs are one family of Holm's, where seeds allow it: its last steps are milder.
constexpr std::size_t kFewRows = 6;

enum class Correction { all_pairs, other_rows, hopeless };

/// Chosen by the numbers of rows and seeds alone, never by what came out.
Correction correction_for(const ProblemGroup& group, std::size_t rows) {
  std::size_t most = 0;
  for (const MethodRow& row : group.rows) most = std::max(most, row.distinct().size());
  const double least = static_cast<double>(rows - std::min<std::size_t>(rows, 1)) * smallest_p(most);
  if (least > kSignificance) return Correction::hopeless;
  const bool few = rows <= kFewRows && 0.5 * static_cast<double>(rows) * least <= kSignificance;
  return few ? Correction::all_pairs : Correction::other_rows;
}

/// The verdicts on the first by median and each of the others, where no correction leaves any.
std::vector<RowVerdict> undecided(const ProblemGroup& group, const Quantity& quantity) {
  const std::vector<RankedRow> ranked = ranked_rows(group, quantity);
  std::vector<RowVerdict> verdicts;
  for (const std::size_t row : tried_rows(group)) {
    if (ranked.empty() || row == ranked.front().row) continue;
    const auto [a, b] = std::minmax(ranked.front().row, row);
    verdicts.push_back({a, b, compare(quantity, group.rows[a], group.rows[b])});
  }
  return verdicts;
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

std::vector<RankedRow> ranked_rows(const ProblemGroup& group, const Quantity& quantity) {
  std::vector<RankedRow> result;
  for (const std::size_t i : tried_rows(group)) {
    const MethodRow& row = group.rows[i];
    const double median =
        quantity.time ? timed_cells(row).median(quantity.number) : quantile(row.collect(quantity.number), 0.5);
    if (!std::isnan(median)) result.push_back({i, median});
  }
  std::ranges::stable_sort(result, {}, &RankedRow::median);
  return result;
}

std::vector<RowVerdict> row_verdicts(const ProblemGroup& group, const Quantity& quantity) {
  const std::vector<std::size_t> rows = tried_rows(group);
  const Correction correction = correction_for(group, rows.size());
  if (correction == Correction::hopeless) return undecided(group, quantity);
  std::vector<RowVerdict> verdicts;
  std::vector<double> p;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      verdicts.push_back({rows[i], rows[j], compare(quantity, group.rows[rows[i]], group.rows[rows[j]])});
      p.push_back(verdicts.back().comparison.p);
    }
  if (correction == Correction::all_pairs)
    p = holm_corrected(p);
  else
    for (double& each : p) each = std::min(1.0, each * static_cast<double>(rows.size() - 1));
  for (std::size_t k = 0; k < verdicts.size(); ++k) verdicts[k].verdict = decide(verdicts[k].comparison, p[k]);
  return verdicts;
}

Standings standings(const ProblemGroup& group, const Quantity& quantity) {
  return standings(group, quantity, row_verdicts(group, quantity));
}

Standings standings(const ProblemGroup& group, const Quantity& quantity, const std::vector<RowVerdict>& verdicts) {
  std::set<std::size_t> beaten;
  for (const RowVerdict& each : verdicts)
    if (each.verdict != Verdict::unresolved) beaten.insert(each.verdict == Verdict::a ? each.b : each.a);
  const std::vector<std::size_t> rows = tried_rows(group);
  Standings result;
  for (const std::size_t row : rows) {
    if (beaten.contains(row) || !may_be_best(group.rows[row], quantity)) continue;
    result.unbeaten.push_back(row);
    if (rows.size() > 1 && beaten.size() + 1 == rows.size()) result.best = row;
  }
  return result;
}

std::vector<RankInterval> rank_intervals(const ProblemGroup& group, const std::vector<RowVerdict>& verdicts) {
  const std::vector<std::size_t> rows = tried_rows(group);
  std::vector<RankInterval> result(group.rows.size());
  for (const std::size_t row : rows) result[row] = {1, rows.size()};
  for (const RowVerdict& each : verdicts) {
    if (each.verdict == Verdict::unresolved) continue;
    const bool first = each.verdict == Verdict::a;
    --result[first ? each.a : each.b].high;
    ++result[first ? each.b : each.a].low;
  }
  return result;
}

std::optional<std::size_t> best_row(const ProblemGroup& group, const Quantity& quantity) {
  return standings(group, quantity).best;
}

MarkPower mark_power(const ProblemGroup& group) {
  const std::vector<std::size_t> rows = tried_rows(group);
  if (rows.size() < 2) return {};
  MarkPower power{0, pairs_needed(rows.size() - 1)};
  std::vector<std::size_t> tried;
  for (const std::size_t row : rows) tried.push_back(group.rows[row].tried().size());
  std::ranges::nth_element(tried, tried.begin() + 1, std::greater<>());
  const std::size_t most = tried[1];  // no two rows share more seeds than the smaller of them has
  for (std::size_t i = 0; i < rows.size() && power.pairs < most; ++i)
    for (std::size_t j = i + 1; j < rows.size() && power.pairs < most; ++j)
      power.pairs = std::max(power.pairs, distinct_pairs(group.rows[rows[i]], group.rows[rows[j]]).size());
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
    return "Marked as best: what is left when verdicts have put every other row behind one (paired tests over seeds, "
           "corrected for their number), and only where it is better than before training.";
  if (most.needed == 0) return {};
  return fmt::format(
      "No value is marked as best: that takes verdicts, and {} different paired run{} cannot give them; "
      "at least {} seeds are needed.",
      most.pairs, most.pairs == 1 ? "" : "s", most.needed);
}

}  // namespace physgrad
