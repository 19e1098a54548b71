#pragma once
// Where a tuner may look: the ranges that settings have, for the values and the samples of a pair.
#include <string>
#include <vector>

#include "physgrad/core/settings.hpp"

namespace physgrad {

struct SearchRange {
  std::string key;
  double low, high;
  bool logarithmic;
  /// The value at `share` in [0, 1] of the range; whole powers of two for batches, otherwise two digits.
  [[nodiscard]] SettingValue at(double share) const;
};

/// The ranges for a method's resolved settings: first those around a present value (rates), the batch, then the others
/// in their order. Where an inverse scales the step, rates are searched below 1 and batches, whose cube they cost, in a
/// quarter of their range. Settings without a range keep their values.
[[nodiscard]] std::vector<SearchRange> search_space(const std::vector<SettingSpec>& specs, double samples);

/// Point `index` (from 1) of the Halton sequence [dimensions], each in (0, 1): radical inverses in the first primes
/// (Halton 1960). At most 12 dimensions.
[[nodiscard]] std::vector<double> halton_point(long index, std::size_t dimensions);

}  // namespace physgrad
