#pragma once
#include <limits>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// |H|^{-1} g for the symmetric part of H [d x d]: eigenvalues replaced by their magnitudes, those up to tau times the
/// largest magnitude dropped (Dauphin et al. 2014). Returns NaN where H is not finite. Where g^T |H|^{-1} g, to first
/// order the reduction that the step promises, exceeds `reduction` >= 0, the answer is (|H| + lambda I)^{-1} g with the
/// lambda > 0 whose promise that is.
[[nodiscard]] Vector saddle_free_solve(const Matrix& hessian, const Vector& g, double tau,
                                       double reduction = std::numeric_limits<double>::infinity());

}  // namespace physgrad
