#pragma once
// Internal to linalg: kernel `structured` with its size decisions open to tests.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

// Rank from which reduction and contour beat an eigendecomposition of the Gram matrix, with registers of 256 and of 512
// bits (scripts/crossovers; docs/partial-inverse.md has its tables).
inline constexpr Index kStructuredFrom = 32;

/// Orders of the Gram matrix from this on are held in half storage and reduced to a band, others to tridiagonal form.
/// Measured likewise: the band is faster from 512 rows on with 512 bits, from 768 with 256, and never slower by more
/// than 1 % between.
inline constexpr Index kBandFrom = 512;

[[nodiscard]] PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g,
                                              const PartialInverseOptions& options, Index band_from);

}  // namespace physgrad::kernels
