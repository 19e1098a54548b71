#pragma once
// Quantiles and the mean of any number of values in a memory that does not grow.
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace physgrad {

/// Counts values in classes that each span 1/64 of an octave: a quantile is right within 0.8 %, smallest and largest
/// value are exact, and so is the mean but for its sum's rounding. Values below 2^-64 or above 2^64 count as the
/// smallest and the largest one.
class StreamingQuantiles {
 public:
  StreamingQuantiles();

  /// NaN is ignored. Allocates nothing.
  void add(double value);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The value at `share` in [0, 1], linear between neighbours like quantile() (statistics.hpp); NaN for no values.
  [[nodiscard]] double quantile(double share) const;
  [[nodiscard]] double mean() const;

 private:
  /// Of the value with this place in the order, from 0.
  [[nodiscard]] double at(std::uint64_t place) const;
  std::vector<std::uint64_t> classes_;  // below, the octaves' parts, above
  std::uint64_t count_ = 0;
  double sum_ = 0;
  double smallest_ = std::numeric_limits<double>::infinity(), largest_ = -smallest_;
};

}  // namespace physgrad
