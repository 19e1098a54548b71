#pragma once
// Internal to linalg: kernel `structured` with its size decisions open to tests.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

// Rank from which tridiagonalisation and contour beat an eigendecomposition of the Gram matrix: 0.17 against 0.25 ms at
// 48 rows, 0.44 against 0.24 ms at 64, 1.5 against 0.9 ms at 128, 44 against 14 ms at 512.
inline constexpr Index kStructuredFrom = 64;

/// How the Gram matrix of a given order is reduced.
struct ReductionSizes {
  Index two_stage_from;  ///< orders from this on are held in half storage and reduced by way of a band
  Index band;            ///< 8, 32, 48 or 64
  Index width;           ///< of the block columns of half storage, a multiple of `band`
};

// Processor seconds in one and in two stages on a loaded core (AVX2): 0.067 and 0.099 at order 1024, 0.18 and 0.22 at
// 1280, 0.29 and 0.30 at 1536, 0.91 and 0.64 at 2048, 3.5 and 1.6 at 3000. Without LAPACK the two stages take 0.36 at
// 1536 and 0.82 at 2048. Half the memory decides between equals.
inline constexpr ReductionSizes kReductionSizes{.two_stage_from = 1536, .band = 32, .width = 64};

[[nodiscard]] PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g,
                                              const PartialInverseOptions& options, const ReductionSizes& sizes);

}  // namespace physgrad::kernels
