#pragma once
// Internal to linalg: what can be asked of a symmetric band matrix cheaply.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// Symmetric B with width() subdiagonals: B(j + d, j) = entries(d, j), 0 where j + d >= order().
struct SymmetricBand {
  Matrix entries;  ///< [width + 1 x order]

  [[nodiscard]] Index order() const { return entries.cols(); }
  [[nodiscard]] Index width() const { return entries.rows() - 1; }
};

/// B x.
[[nodiscard]] Vector multiply(const SymmetricBand& b, const Vector& x);
/// An upper bound of the largest |eigenvalue| (Gershgorin).
[[nodiscard]] double spectral_bound(const SymmetricBand& b);

}  // namespace physgrad
