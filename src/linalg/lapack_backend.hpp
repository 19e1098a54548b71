#pragma once
// Internal to linalg: LAPACK and BLAS of OpenBLAS, on one thread unless use_threads() says more.
#include "physgrad/linalg/backend.hpp"

namespace physgrad {

/// Null where the program was built without it. What a routine reports as failed, but for svd and cholesky, Eigen does.
[[nodiscard]] const Backend* lapack_backend();

}  // namespace physgrad
