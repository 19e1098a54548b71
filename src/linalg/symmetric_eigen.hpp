#pragma once
// Dense symmetric eigendecomposition.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// matrix (symmetric, finite) becomes its eigenvectors, values ascend. False where no method converged.
[[nodiscard]] bool symmetric_eigen(Matrix& matrix, Vector& values);

}  // namespace physgrad
