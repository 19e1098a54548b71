#pragma once
// Order statistics of few numbers, infinities included: a miss is infinite and stays in the sample.
#include <vector>

namespace physgrad {

/// The quantile at `share` in [0, 1], linear between order statistics; infinite as soon as an infinite one takes part.
/// NaN entries are dropped; NaN for an empty sample.
[[nodiscard]] double quantile(std::vector<double> values, double share);

/// A median with its spread: quartiles from 4 values on, otherwise smallest and largest.
struct Spread {
  double median, low, high;
};
[[nodiscard]] Spread spread(const std::vector<double>& values);

/// NaN becomes infinity: where a number is missing because the attempt failed.
[[nodiscard]] double miss_if_absent(double value);

}  // namespace physgrad
