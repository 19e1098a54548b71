#pragma once
// Are two methods different? Exact tests of paired log-ratios over seeds, and their correction for many comparisons.
#include <cstddef>
#include <vector>

#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

inline constexpr double kSignificance = 0.05;   ///< of a table's verdicts together
inline constexpr std::size_t kFewestPairs = 6;  ///< below, no two-sided exact test reaches kSignificance

/// log(a / b). Equal values, two misses (both infinite) included, give 0; a miss against a number gives an infinity.
/// Where one is negative, which no ratio describes, only the order counts: an infinity of its sign. NaN where one is.
[[nodiscard]] double log_ratio(double a, double b);

/// Two-sided p of the Wilcoxon signed-rank test (Wilcoxon 1945, Biometrics Bulletin 1, 80) from the exact distribution
/// of the rank sum. Throws std::invalid_argument unless wilcoxon_applies(). 1 for no differences.
[[nodiscard]] double wilcoxon_p(const std::vector<double>& differences);
/// At most 50 differences, finite, none zero, no two of equal size. What decides are sizes, never signs, so that the
/// choice between the two tests keeps both exact.
[[nodiscard]] bool wilcoxon_applies(const std::vector<double>& differences);

/// Two-sided p of the sign test: the binomial distribution with probability 1/2 of `negative` + `positive` signs.
[[nodiscard]] double sign_test_p(std::size_t negative, std::size_t positive);

/// Holm's step-down correction (Holm 1979, Scandinavian Journal of Statistics 6, 65) in the order of `p`. Verdicts
/// where the corrected p is at most alpha are all right with probability 1 - alpha at least, however they depend on
/// each other.
[[nodiscard]] std::vector<double> holm_corrected(const std::vector<double>& p);

enum class PairedTest { none, wilcoxon, sign };
[[nodiscard]] const char* to_text(PairedTest test);

/// One comparison. `log_ratio` is the median of the log-ratios with the shortest interval between order statistics,
/// symmetric in rank, that covers the median with probability 0.95 whatever the distribution; NaN with fewer than 6
/// pairs, where there is none. The median of two opposite infinities is NaN.
struct PairedComparison {
  std::size_t pairs = 0;
  Spread log_ratio;
  PairedTest test = PairedTest::none;
  double p = 1;       ///< two-sided, of this comparison alone
  int direction = 0;  ///< -1: the first is smaller by the test's statistic, +1: larger, 0: neither
};
/// From the log-ratios of all pairs. Wilcoxon where it applies, otherwise the sign test without the zeros. NaN entries
/// are dropped.
[[nodiscard]] PairedComparison compare_pairs(std::vector<double> log_ratios);

enum class Verdict { a, b, unresolved };
/// The smaller is the better. Unresolved with fewer than 6 pairs, with a corrected p above 0.05, and where the median
/// contradicts the test.
[[nodiscard]] Verdict decide(const PairedComparison& comparison, double corrected_p);

/// The smallest two-sided p that `pairs` pairs can give: all on one side.
[[nodiscard]] double smallest_p(std::size_t pairs);
/// How many pairs a single one of `comparisons` needs at least for a verdict.
[[nodiscard]] std::size_t pairs_needed(std::size_t comparisons);

}  // namespace physgrad
