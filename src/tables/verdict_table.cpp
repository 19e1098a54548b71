#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>

#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/tables/best.hpp"
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
  Quantity quantity;  ///< the same of one cell
};

/// More nobody reads.
constexpr std::size_t kMostListed = 2000;

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

/// Of all pairs of methods that were tried at all: one family for the correction.
struct Comparisons {
  std::vector<Pair> pairs;        ///< all of them, or where they are too many those of the first by median
  std::vector<double> corrected;  ///< p of each
  std::size_t all = 0;
};

Comparisons comparisons_of(const ProblemGroup& group, const Criterion& criterion) {
  std::vector<const MethodRow*> rows;
  for (const MethodRow& row : group.rows)
    if (!row.tried().empty()) rows.push_back(&row);
  Comparisons result;
  result.all = rows.size() * (rows.size() - std::min<std::size_t>(rows.size(), 1)) / 2;
  const bool listed = result.all <= kMostListed;
  const std::vector<RankedRow> ranked = listed ? std::vector<RankedRow>{} : ranked_rows(group, criterion.quantity);
  const MethodRow* first = ranked.empty() ? (rows.empty() ? nullptr : rows.front()) : &group.rows[ranked.front().row];
  std::vector<double> p;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (!listed && rows[i] != first && rows[j] != first) continue;
      result.pairs.push_back(compare_rows(*rows[i], *rows[j], criterion));
      p.push_back(result.pairs.back().comparison.p);
    }
  if (listed) {
    result.corrected = holm_corrected(p);
  } else {
    // What is not computed cannot be ordered: Bonferroni's correction, which is never smaller than Holm's.
    for (const double each : p) result.corrected.push_back(std::min(1.0, each * static_cast<double>(result.all)));
  }
  return result;
}

std::string verdict_text(const Pair& pair, double corrected_p) {
  const Verdict verdict = decide(pair.comparison, corrected_p);
  if (verdict == Verdict::unresolved) return "unresolved";
  return verdict == Verdict::a ? "A: " + pair.a->method : "B: " + pair.b->method;
}

/// What no result could have changed: too few seeds for the number of comparisons.
std::string power_note(const Comparisons& comparisons) {
  const std::vector<Pair>& pairs = comparisons.pairs;
  if (pairs.empty()) return "Fewer than two methods were tried: nothing to compare.";
  std::size_t most = 0;
  for (const Pair& pair : pairs) most = std::max(most, pair.comparison.pairs);
  const std::size_t needed = pairs_needed(comparisons.all);
  const double corrected = std::min(1.0, static_cast<double>(comparisons.all) * smallest_p(most));
  std::string note = fmt::format(
      "{} comparison{}, at most {} pairs each: the smallest p attainable is {:.3g}, "
      "corrected {:.3g}",
      comparisons.all, comparisons.all == 1 ? "" : "s", most, smallest_p(most), corrected);
  if (most >= needed) return note + ".";
  const bool copied = std::ranges::any_of(pairs, [](const Pair& pair) { return !pair.copies.empty(); });
  return note + fmt::format(". No verdict is possible with so few {}: at least {} are needed.",
                            copied ? "distinct pairs" : "seeds", needed);
}

/// Who is first takes fewer seeds than who is before whom.
std::string first_note(const ProblemGroup& group, const Quantity& quantity) {
  const MarkPower power = mark_power(group);
  if (power.needed == 0 || power.pairs < power.needed) return {};
  const Standings found = standings(group, quantity);
  if (found.best)
    return fmt::format("First: {}. Verdicts put every other method behind one.", group.rows[*found.best].method);
  if (found.unbeaten.empty())
    return "First: none. Every method has a miss, is behind another, or ends no better than it began.";
  std::vector<std::string> names;
  for (const std::size_t row : found.unbeaten) names.push_back(group.rows[row].method);
  if (names.size() == 1)
    return fmt::format("First: unresolved; {} is behind nobody, and so is a method with a miss.", names.front());
  return fmt::format("First: unresolved between {}.", fmt::join(names, ", "));
}

Table verdict_table(const ProblemGroup& group, const Criterion& criterion) {
  const Comparisons comparisons = comparisons_of(group, criterion);
  const auto& [pairs, corrected, all] = comparisons;
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
  if (pairs.size() < all)
    table.notes.push_back(fmt::format(
        "{} comparisons are too many to list: those of the first by its median are shown, with every other, each p "
        "corrected for all of them (Bonferroni); --problem and --method choose fewer.",
        all));
  table.notes.push_back(power_note(comparisons));
  if (std::string first = first_note(group, criterion.quantity); !first.empty())
    table.notes.push_back(std::move(first));
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
  const Quantity seconds{[loss = *target](const CellRecord& cell) { return open_cost(cell, loss, Abscissa::seconds); },
                         true};
  tables.push_back(verdict_table(group, {fmt::format("time to {:.3g}", *target), compare, seconds}));
}

}  // namespace

std::vector<Table> verdict_tables(const ReportSet& reports) {
  std::vector<Table> tables;
  for (const ProblemGroup& group : reports.groups()) {
    const Quantity loss{[](const CellRecord& cell) { return final_value(cell, &Losses::train_loss); }, false,
                        [](const CellRecord& cell) { return cell.initial.train_loss; }};
    tables.push_back(verdict_table(group, {"final training loss", compare_losses, loss}));
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
        "most 0.05 and 6 pairs; unresolved is not equal. First: who is left when verdicts have put every "
        "other method behind one, of more than six methods by p times the number of other methods: wrong with at most "
        "5 %. time to L: training seconds, L the "
        "hardest target that half "
        "of all cells reached.");
  return tables;
}

}  // namespace physgrad
