#pragma once
// Internal to linalg: the hard truncation that every kernel shares.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// The relative threshold in force: tau, but never below eps * max(rows, cols), the size of round-off in a singular
/// value relative to s_max. Below it a computed singular value is noise whatever tau says.
[[nodiscard]] double relative_threshold(double tau, Index rows, Index cols);

/// How many of the descending `values` exceed `threshold`; values equal to it are dropped.
[[nodiscard]] Index count_above(const Vector& values, double threshold);

/// values_i^exponent for the first `kept` entries, 0 for the others.
[[nodiscard]] Vector truncated_power(const Vector& values, Index kept, double exponent);

}  // namespace physgrad
