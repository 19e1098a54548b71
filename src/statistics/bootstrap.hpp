#pragma once
// Seeded bootstrap intervals of a median, infinities included: a miss is infinite and stays in the sample.
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

/// Percentile intervals of the median from resamples with replacement (Efron and Tibshirani 1993, An Introduction to
/// the Bootstrap, chapter 13). The draws depend on the seed and the size of the sample alone, so that equal samples
/// have equal intervals whatever was asked before. Few numbers give an interval that is too short: from n of them it
/// never reaches beyond smallest and largest, which cover the median with probability 1 - 2^(1-n) only.
class MedianBootstrap {
 public:
  static constexpr int kResamples = 10000;
  explicit MedianBootstrap(std::uint64_t seed = 0) : seed_(seed) {}

  /// Median, and the interval that leaves (1 - confidence) / 2 of the resampled medians on either side. NaN entries are
  /// dropped; NaN for an empty sample. `confidence` in (0, 1).
  [[nodiscard]] Spread interval(std::vector<double> values, double confidence = 0.95);

 private:
  /// `count` resamples have their median between the order statistics `low` and `high`.
  struct Middle {
    std::size_t low, high;
    int count;
  };
  const std::vector<Middle>& middles(std::size_t size);

  std::uint64_t seed_;
  std::map<std::size_t, std::vector<Middle>> middles_;  ///< by size of the sample
};

}  // namespace physgrad
