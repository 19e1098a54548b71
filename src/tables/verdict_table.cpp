#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>

#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/paired_rows.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

/// What two cells of one seed are compared by: the log-ratio of something of which less is better.
struct Criterion {
  std::string name;
  std::function<double(const CellRecord& a, const CellRecord& b)> compare;
};

/// Where both stopped because they had reached their last target, neither did worse: how far below it the stopping
/// point lies says nothing.
double compare_losses(const CellRecord& a, const CellRecord& b) {
  if (a.status == Status::target_reached && b.status == Status::target_reached) return 0;
  if (!end_holds(a) || !end_holds(b)) return kAbsent;
  return log_ratio(final_value(a, &Losses::train_loss), final_value(b, &Losses::train_loss));
}

struct Pair {
  const MethodRow *a, *b;
  PairedComparison comparison;
  std::string copies;  ///< what to say where pairs were copies of one another
  std::size_t left_out = 0;
};

Pair compare_rows(const MethodRow& a, const MethodRow& b, const Criterion& criterion) {
  const auto pairs = distinct_pairs(a, b);
  std::size_t all = 0;
  for (const auto& copies : pairs) all += copies.size();
  std::vector<double> log_ratios = collect_pairs(pairs, criterion.compare);
  const auto left_out = std::ranges::count_if(log_ratios, [](double value) { return std::isnan(value); });
  return {&a, &b, compare_pairs(std::move(log_ratios)), copies_text(pairs.size(), all),
          static_cast<std::size_t>(left_out)};
}

/// All pairs of methods that were tried at all: one family for the correction.
std::vector<Pair> all_pairs(const ProblemGroup& group, const Criterion& criterion) {
  std::vector<const MethodRow*> rows;
  for (const MethodRow& row : group.rows)
    if (!row.tried().empty()) rows.push_back(&row);
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j) pairs.push_back(compare_rows(*rows[i], *rows[j], criterion));
  return pairs;
}

std::string verdict_text(const Pair& pair, double corrected_p) {
  const Verdict verdict = decide(pair.comparison, corrected_p);
  if (verdict == Verdict::unresolved) return "unresolved";
  return verdict == Verdict::a ? "A: " + pair.a->method : "B: " + pair.b->method;
}

/// What no result could have changed: too few seeds for the number of comparisons.
std::string power_note(const std::vector<Pair>& pairs) {
  if (pairs.empty()) return "Fewer than two methods were tried: nothing to compare.";
  std::size_t most = 0;
  for (const Pair& pair : pairs) most = std::max(most, pair.comparison.pairs);
  const std::size_t needed = pairs_needed(pairs.size());
  const double corrected = std::min(1.0, static_cast<double>(pairs.size()) * smallest_p(most));
  std::string note = fmt::format(
      "{} comparison{}, at most {} pairs each: the smallest p attainable is {:.3g}, "
      "corrected {:.3g}",
      pairs.size(), pairs.size() == 1 ? "" : "s", most, smallest_p(most), corrected);
  if (most >= needed) return note + ".";
  const bool copied = std::ranges::any_of(pairs, [](const Pair& pair) { return !pair.copies.empty(); });
  return note + fmt::format(". No verdict is possible with so few {}: at least {} are needed.",
                            copied ? "distinct pairs" : "seeds", needed);
}

Table verdict_table(const ProblemGroup& group, const Criterion& criterion) {
  const std::vector<Pair> pairs = all_pairs(group, criterion);
  std::vector<double> p;
  for (const Pair& pair : pairs) p.push_back(pair.comparison.p);
  const std::vector<double> corrected = holm_corrected(p);
  Table table;
  table.title = fmt::format("{}: who has less {} ({})", group.problem, criterion.name, denominator_text(group));
  table.group = group.problem;
  table.columns = {{"of", false},   {"A", false}, {"B", false}, {"pairs"},         {.header = "A / B", .spread = true},
                   {"test", false}, {"p"},        {"p (Holm)"}, {"verdict", false}};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [a, b, comparison, copies, left_out] = pairs[i];
    // One observation is no sample, and has no p.
    const bool tested = copies.empty() || comparison.pairs > 1;
    const Spread& log = comparison.log_ratio;
    table.rows.push_back({text_entry(criterion.name), text_entry(a->method), text_entry(b->method),
                          number_entry(static_cast<double>(comparison.pairs)),
                          spread_entry({std::exp(log.median), std::exp(log.low), std::exp(log.high)}),
                          text_entry(tested ? to_text(comparison.test) : "-"),
                          number_entry(tested ? comparison.p : kAbsent), number_entry(tested ? corrected[i] : kAbsent),
                          text_entry(verdict_text(pairs[i], corrected[i]))});
  }
  table.notes.push_back(power_note(pairs));
  for (const Pair& pair : pairs) {
    const std::string who = fmt::format("{} against {}", pair.a->method, pair.b->method);
    if (!pair.copies.empty())
      table.notes.push_back(
          fmt::format("{}: {}{}", who, pair.copies, pair.comparison.pairs <= 1 ? ", which has no p" : ""));
    if (pair.left_out > 0)
      table.notes.push_back(fmt::format(
          "{}: {} pairs left out: their times do not hold, or they start below the target", who, pair.left_out));
  }
  return table;
}

/// Times are compared within one machine and program alone.
void add_time_table(const ProblemGroup& group, std::vector<Table>& tables) {
  const std::optional<double> target = contested_target(group);
  if (!target) return;
  const auto compare = [loss = *target](const CellRecord& a, const CellRecord& b) {
    if (!times_hold(a) || !times_hold(b)) return kAbsent;
    return log_ratio(open_cost(a, loss, Abscissa::seconds), open_cost(b, loss, Abscissa::seconds));
  };
  tables.push_back(verdict_table(group, {fmt::format("time to {:.3g}", *target), compare}));
}

}  // namespace

std::vector<Table> verdict_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : reports.groups()) {
    tables.push_back(verdict_table(group, {"final training loss", compare_losses}));
    for (const ProblemGroup& part : split_by_clock(group)) add_time_table(part, tables);
    std::ranges::move(trouble_notes(group), std::back_inserter(tables.back().notes));
    std::ranges::move(timing_notes(group), std::back_inserter(tables.back().notes));
  }
  if (!tables.empty() && reports.reports().size() > 1)
    tables.back().notes.emplace_back(
        "The cells come from several runs: a machine that was faster during one of them favours that run's methods, "
        "and "
        "no test can tell.");
  if (!tables.empty())
    tables.back().notes.emplace_back(
        "Pairs share task and seed: the same settings, limits, data and start weights; times, and losses under a "
        "budget "
        "of seconds, also machine and program. A pair that several seeds repeat bit for bit counts once. A / B: median "
        "ratio with [an interval that covers it "
        "with "
        "95 % whatever the distribution, of this comparison alone; from 6 pairs on]; 0 or inf: one of them missed. "
        "Wilcoxon: exact signed-rank test of log-ratios; sign: exact sign test, where there are equal, zero or "
        "infinite "
        "ones or more than 50. Holm: over all comparisons of the table. Verdict: the better one at a corrected p of at "
        "most 0.05 and 6 pairs; unresolved is not equal. time to L: training seconds, L the hardest target that half "
        "of all cells reached.");
  return tables;
}

}  // namespace physgrad
