#pragma once
// Which row of a table may be called the best: the one that is left when verdicts have put every other behind one.
//
// Up to six rows all pairs are one family, corrected by Holm. Of more rows, or where seeds are too few for that, subset
// selection (Gupta 1965, Technometrics 7, 225) by the same exact tests: of m rows one is put behind another where
// (m - 1) p <= 0.05, p two-sided. A row that is truly a best one has m - 1 others, each of which is wrongly put before
// it with at most half of that p; so it is among the unbeaten with 97.5 % at least, however the tests depend on each
// other. Where the unbeaten are a single row, it is wrongly called the best with at most 5 %: there would be a second
// row as good as the best, and one of the two wrongly beaten. All pairs together would take m/2 times as small a p:
// with 30 methods 15 seeds before anything could be said at all, where this takes 11.
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/tables/measures.hpp"

namespace physgrad {

/// What rows are compared by; less is better.
struct Quantity {
  std::function<double(const CellRecord&)> number;
  bool time = false;  ///< compared only between cells whose times hold, on one clock
  std::function<double(const CellRecord&)> before =
      {};  ///< the same before the first step, where there is such a thing
};

/// A row, given by its index, and the median over its seeds; of a time, of the cells whose times hold.
struct RankedRow {
  std::size_t row = 0;
  double median = 0;
};
/// The tried rows with a median, the smallest first.
[[nodiscard]] std::vector<RankedRow> ranked_rows(const ProblemGroup& group, const Quantity& quantity);

/// What seeds say of two tried rows of a group, given by index: the first comes first in the group.
struct RowVerdict {
  std::size_t a = 0, b = 0;
  PairedComparison comparison;
  Verdict verdict = Verdict::unresolved;
};
/// Of all pairs of tried rows, by paired tests over common seeds, corrected for all pairs where rows are few and for
/// the number of other rows otherwise: then what they say of any one row against all others holds together with 95 %,
/// and so does who is unbeaten. Identical trajectories count once, and a cell that its time budget ended counts only
/// where its times hold. Where rows are so many, and seeds so few, that no outcome could be significant once corrected:
/// of the first by median and each of the others alone.
[[nodiscard]] std::vector<RowVerdict> row_verdicts(const ProblemGroup& group, const Quantity& quantity);

/// What verdicts say of the rows of a group.
struct Standings {
  std::optional<std::size_t> best;    ///< best_row()
  std::vector<std::size_t> unbeaten;  ///< rows that could be the best one and that no verdict puts behind another
};
/// Ranks that verdicts leave a row, 1 the first: behind those put before it, before those put behind it. It holds the
/// row's true rank with 95 %, for each row by itself. {0, 0} for rows that were not tried.
struct RankInterval {
  std::size_t low = 0, high = 0;
};
/// Of every row of the group.
[[nodiscard]] std::vector<RankInterval> rank_intervals(const ProblemGroup& group,
                                                       const std::vector<RowVerdict>& verdicts);
[[nodiscard]] Standings standings(const ProblemGroup& group, const Quantity& quantity);
/// The same where row_verdicts() of them are known.
[[nodiscard]] Standings standings(const ProblemGroup& group, const Quantity& quantity,
                                  const std::vector<RowVerdict>& verdicts);

/// The row without a miss that alone is left when verdicts have put every other tried row of the group behind one, and
/// that is in the median better than before training (row_verdicts()).
[[nodiscard]] std::optional<std::size_t> best_row(const ProblemGroup& group, const Quantity& quantity);

/// How many seeds the rows of a group share at most, and how many it takes before any row can be marked; {0, 0} with
/// fewer than two tried rows.
struct MarkPower {
  std::size_t pairs = 0, needed = 0;
};
[[nodiscard]] MarkPower mark_power(const ProblemGroup& group);

/// One line on what marks mean, or on why there are none.
[[nodiscard]] std::string mark_note(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
