#pragma once
// Where a tuner may look: ranges by setting, the same for every method that has the setting.
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

/// The ranges for a pair's resolved settings: rate around its present value (two decades to each side for rules, one
/// where the step is already scaled by an inverse), and what else decides about a method: batch, truncation, damping,
/// share of the step. Settings without a range keep their values.
[[nodiscard]] std::vector<SearchRange> search_space(const SettingMap& used, double samples);

/// Point `index` (from 1) of the Halton sequence [dimensions], each in (0, 1): radical inverses in the first primes
/// (Halton 1960). At most 12 dimensions.
[[nodiscard]] std::vector<double> halton_point(long index, std::size_t dimensions);

}  // namespace physgrad
