#pragma once
// Internal to linalg: kernel `structured` with its size decisions open to tests.
#include "linalg/kernels.hpp"

namespace physgrad::kernels {

/// How the Gram matrix of a given order is reduced.
struct ReductionSizes {
  Index two_stage_from;  ///< orders from this on are held in half storage and reduced by way of a band
  Index band;            ///< 8, 32, 48 or 64
  Index width;           ///< of the block columns of half storage, a multiple of `band`
};

[[nodiscard]] PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g,
                                              const PartialInverseOptions& options, const ReductionSizes& sizes);

}  // namespace physgrad::kernels
