#pragma once
// Two samples without pairs: the Wilcoxon-Mann-Whitney test and the interval of a shift that belongs to it.
#include <cstddef>
#include <vector>

#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

/// Up to this many values in both samples together the distribution of the ranks' sum is counted, beyond it is normal.
inline constexpr std::size_t kMostCountedRanks = 40;

/// Two-sided p of the rank-sum test (Wilcoxon 1945; Mann and Whitney 1947, Annals of Mathematical Statistics 18, 50):
/// how often the values, dealt out to two samples of these sizes at random, have mean ranks as far apart. Counted
/// exactly, ties (which share their mean rank) too; for more than kMostCountedRanks values normal, with the correction
/// for ties and for continuity. 1 where a sample is empty. No value may be NaN.
[[nodiscard]] double rank_sum_p(const std::vector<double>& a, const std::vector<double>& b);

/// The smallest two-sided p that samples of these sizes can give without ties: all of one below all of the other.
[[nodiscard]] double smallest_rank_sum_p(std::size_t a, std::size_t b);

/// Median of all differences b - a (Hodges and Lehmann 1963, Annals of Mathematical Statistics 34, 598) with the
/// shortest interval between two of their order statistics, symmetric in rank, that covers a shift with probability
/// 0.95 whatever the distribution is that both samples have but for it; NaN where so few values have none (3 and 3; it
/// takes 4 and 4, 3 and 5, or 2 and 8). Of more than 1000 values order statistics stand for all of them.
[[nodiscard]] Spread shift_between(const std::vector<double>& a, const std::vector<double>& b);

/// One comparison of two samples.
struct SampleComparison {
  Spread shift{};
  double p = 1;
  int direction = 0;  ///< -1: b is smaller by the ranks' sum, +1: larger, 0: neither
};
[[nodiscard]] SampleComparison compare_samples(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace physgrad
