#pragma once
// What one long training had reached at shorter budgets: losses and errors in x read off its curve, and what ranks and
// verdicts come of them.
#include <string>
#include <vector>

#include "physgrad/tables/best.hpp"
#include "physgrad/tables/grouping.hpp"

namespace physgrad {

/// Training seconds to read curves at: `asked` where there are any, else those of 1.8, 10, 30 and 120 s that the
/// longest training of the groups lasts, and where these are fewer than two the same shares of its length. None without
/// one.
[[nodiscard]] std::vector<double> budgets_of(const std::vector<ProblemGroup>& groups, const std::vector<double>& asked);

/// The last measured value at or before `seconds` of training; where they are the cell's own budget, what it ended
/// with. Infinite from where a lost cell's curve ends, the last target's loss after a stop at it, otherwise NaN after
/// the end.
[[nodiscard]] double value_at(const CellRecord& cell, double Losses::*which, double seconds);

/// The rows of a group at one budget, each by its index.
struct AtBudget {
  double seconds = 0;
  std::vector<double> medians = {};  ///< over seeds, of the cells whose times hold; NaN: not tried, or ended before
  std::vector<double> ranks = {};    ///< 1 and the number of rows with a smaller median; NaN where the median is
  std::vector<RowVerdict> verdicts = {};
  /// What verdicts say of two rows, `a` before `b`; unresolved where they say nothing.
  [[nodiscard]] Verdict verdict(std::size_t a, std::size_t b) const;
};
/// At every one of `budgets` that a row has a median at. `group` is of one clock.
[[nodiscard]] std::vector<AtBudget> read_at(const ProblemGroup& group, double Losses::*which,
                                            const std::vector<double>& budgets);

/// What is read: "training loss", and of groups that know it "x error (rel.)".
struct BudgetQuantity {
  const char* name;
  double Losses::*which;
};
[[nodiscard]] std::vector<BudgetQuantity> budget_quantities(const ProblemGroup& group);

/// The schedule of a row's rate, empty where it is constant or there is none: with one, a long training read early is
/// no short training.
[[nodiscard]] std::string schedule_of(const MethodRow& row);

/// What that means for those who have one, and how curves are read.
[[nodiscard]] std::string budgets_note();

/// What becomes of the orders of pairs from the first budget to the last.
struct OrderChanges {
  std::size_t held = 0, reversed = 0, lost = 0, gained = 0;  ///< by verdicts
  std::size_t kept = 0, swapped = 0;                         ///< by medians, equal ones left out
  void add(const AtBudget& first, const AtBudget& last);
  [[nodiscard]] std::string text(double first, double last) const;
};

}  // namespace physgrad
