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

/// Two order statistics between which the median of the distribution lies with a probability of `coverage`, whatever
/// the distribution: the binomial one counts the values below it. Absent (NaN) where so few values reach no such
/// coverage.
struct MedianInterval {
  double low, high, coverage;
};
/// The narrowest symmetric interval of at least `coverage`; 95 % takes 6 values. NaN entries are dropped.
[[nodiscard]] MedianInterval median_interval(std::vector<double> values, double coverage);

/// NaN becomes infinity: where a number is missing because the attempt failed.
[[nodiscard]] double miss_if_absent(double value);

}  // namespace physgrad
