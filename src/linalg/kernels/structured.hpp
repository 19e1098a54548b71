#pragma once
// Internal to linalg: kernel `structured` with its size decisions open to tests.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

// Rank from which tridiagonalisation and contour beat an eigendecomposition of the Gram matrix: 0.17 against 0.25 ms at
// 48 rows, 0.44 against 0.24 ms at 64, 1.5 against 0.9 ms at 128, 44 against 14 ms at 512.
inline constexpr Index kStructuredFrom = 64;

/// Orders of the Gram matrix from this on are held in half storage and reduced to a band, others to tridiagonal form.
/// Reduction, counts and contour on one core, in ms, tridiagonal and band: 0.72 and 0.92 at order 256, 2.1 and 2.1 at
/// 384, 5.0 and 4.1 at 512, 55 and 28 at 1024 (AVX-512); with the same processor's AVX2 0.80 and 1.17, 2.3 and 2.7, 5.8
/// and 6.0, 76 and 42.
inline constexpr Index kBandFrom = 448;

[[nodiscard]] PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g,
                                              const PartialInverseOptions& options, Index band_from);

}  // namespace physgrad::kernels
