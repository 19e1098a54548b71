#include "physgrad/tables/budgets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/tables/curves.hpp"

namespace physgrad {
namespace {

constexpr double kBudgets[] = {1.8, 10, 30, 120};

/// Training seconds up to which the cell was to be trained, or was.
double length_of(const CellRecord& cell) {
  if (cell.status == Status::time_budget && !std::isnan(cell.limits.budget_seconds)) return cell.limits.budget_seconds;
  return cell.curve.empty() ? kAbsent : cell.curve.back().seconds;
}

double longest_training(const std::vector<ProblemGroup>& groups) {
  double longest = 0;
  for (const ProblemGroup& group : groups)
    for (const MethodRow& row : group.rows)
      for (const CellRecord* cell : row.tried()) longest = std::fmax(longest, length_of(*cell));
  return longest;
}

std::vector<double> ranks_of(const std::vector<double>& medians) {
  std::vector<double> ranks;
  for (const double own : medians) {
    const auto before = std::ranges::count_if(medians, [&](double each) { return each < own; });
    ranks.push_back(std::isnan(own) ? kAbsent : 1 + static_cast<double>(before));
  }
  return ranks;
}

/// Every pair's order is read here, not only who is first: corrected for all of them, whatever rows and seeds there
/// are.
std::vector<RowVerdict> all_pairs(std::vector<RowVerdict> verdicts, const ProblemGroup& group) {
  const auto tried = static_cast<std::size_t>(
      std::ranges::count_if(group.rows, [](const MethodRow& row) { return !row.tried().empty(); }));
  if (2 * verdicts.size() < tried * (tried - std::min<std::size_t>(tried, 1))) return verdicts;  // nothing was decided
  std::vector<double> p;
  for (const RowVerdict& each : verdicts) p.push_back(each.comparison.p);
  const std::vector<double> corrected = holm_corrected(p);
  for (std::size_t i = 0; i < verdicts.size(); ++i) verdicts[i].verdict = decide(verdicts[i].comparison, corrected[i]);
  return verdicts;
}

}  // namespace

std::vector<double> budgets_of(const std::vector<ProblemGroup>& groups, const std::vector<double>& asked) {
  const double longest = longest_training(groups);
  for (const double each : asked)
    if (longest > 0 && each > longest)
      throw UsageError(fmt::format("--budgets has {:g} s, and no training lasts longer than {:.3g} s", each, longest));
  if (!asked.empty()) return asked;
  std::vector<double> budgets;
  if (!(longest > 0) || !std::isfinite(longest)) return budgets;
  std::ranges::copy_if(kBudgets, std::back_inserter(budgets), [&](double each) { return each <= longest; });
  if (budgets.size() > 1) return budgets;
  budgets.clear();
  for (const double each : kBudgets) budgets.push_back(longest * (each / *std::rbegin(kBudgets)));
  return budgets;
}

double value_at(const CellRecord& cell, double Losses::*which, double seconds) {
  const bool lost = std::isinf(final_value(cell, which));
  if (cell.curve.empty()) return lost ? kInfinity : kAbsent;
  if (cell.status == Status::time_budget && seconds == cell.limits.budget_seconds) return final_value(cell, which);
  if (seconds <= cell.curve.back().seconds) return loss_at(cell, Abscissa::seconds, seconds, which);
  if (lost) return kInfinity;
  if (cell.status != Status::target_reached) return kAbsent;
  // How far below its last target a cell stopped says nothing.
  double end = cell.curve.back().losses.*which;
  if (which == &Losses::train_loss && !cell.targets.empty())
    end = std::ranges::min(cell.targets, {}, &TargetRecord::loss).loss;
  return miss_if_absent(end);
}

Verdict AtBudget::verdict(std::size_t a, std::size_t b) const {
  const auto found = std::ranges::find_if(verdicts, [&](const RowVerdict& each) { return each.a == a && each.b == b; });
  return found == verdicts.end() ? Verdict::unresolved : found->verdict;
}

std::vector<AtBudget> read_at(const ProblemGroup& group, double Losses::*which, const std::vector<double>& budgets) {
  std::vector<AtBudget> result;
  for (const double seconds : budgets) {
    // Which point of the curve it is depends on the clock, as times do.
    const Quantity quantity{[=](const CellRecord& cell) { return value_at(cell, which, seconds); }, true};
    AtBudget at{.seconds = seconds, .medians = std::vector<double>(group.rows.size(), kAbsent)};
    for (const RankedRow& each : ranked_rows(group, quantity)) at.medians[each.row] = each.median;
    if (std::ranges::all_of(at.medians, [](double median) { return std::isnan(median); })) continue;
    at.ranks = ranks_of(at.medians);
    at.verdicts = all_pairs(row_verdicts(group, quantity), group);
    result.push_back(std::move(at));
  }
  return result;
}

std::vector<BudgetQuantity> budget_quantities(const ProblemGroup& group) {
  std::vector<BudgetQuantity> result = {{"training loss", &Losses::train_loss}};
  const bool known = std::ranges::any_of(group.rows, [](const MethodRow& row) {
    return std::ranges::any_of(row.tried(),
                               [](const CellRecord* cell) { return !std::isnan(cell->initial.x_error_relative); });
  });
  if (known) result.push_back({"x error (rel.)", &Losses::x_error_relative});
  return result;
}

std::string schedule_of(const MethodRow& row) {
  if (row.cells.empty()) return {};
  const auto found = row.cells.front()->used.find("schedule");
  const std::string kind = found == row.cells.front()->used.end() ? "constant" : to_text(found->second);
  return kind == "constant" ? std::string{} : kind;
}

std::string budgets_note() {
  return "Read off the curves of one long training each: the last measured point not later (points lie about a tenth "
         "of the steps apart), at the cell's own budget its end. That is what a training of the shorter budget would "
         "have reached only where no setting depends on the budget: a rate with a schedule (marked) falls over the "
         "whole of it and is still high early on, and settings that were searched for at one budget need not be the "
         "best ones at another. A lost cell counts as infinite from where its curve ends.";
}

void OrderChanges::add(const AtBudget& first, const AtBudget& last) {
  for (std::size_t a = 0; a < first.medians.size(); ++a)
    for (std::size_t b = a + 1; b < first.medians.size(); ++b) {
      const Verdict before = first.verdict(a, b), after = last.verdict(a, b);
      if (before != Verdict::unresolved && after != Verdict::unresolved) ++(before == after ? held : reversed);
      if (before != Verdict::unresolved && after == Verdict::unresolved) ++lost;
      if (before == Verdict::unresolved && after != Verdict::unresolved) ++gained;
      const auto order = [&](const AtBudget& at) {
        return (at.medians[a] < at.medians[b] ? 1 : 0) - (at.medians[a] > at.medians[b] ? 1 : 0);
      };
      if (order(first) * order(last) != 0) ++(order(first) == order(last) ? kept : swapped);
    }
}

std::string OrderChanges::text(double first, double last) const {
  const std::size_t decided = held + reversed + lost;
  const std::string by_verdicts =
      decided + gained == 0
          ? fmt::format("No verdict puts one method before another at {:.3g} s or at {:.3g} s", first, last)
          : fmt::format(
                "Of {} pairs that verdicts order at {:.3g} s, {} are ordered so at {:.3g} s too, {} the other "
                "way round and {} no longer; {} more are ordered there alone",
                decided, first, held, last, reversed, lost, gained);
  return fmt::format("{}. By medians alone {} of {} pairs keep their order.", by_verdicts, kept, kept + swapped);
}

}  // namespace physgrad
