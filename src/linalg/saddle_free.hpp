#pragma once
#include "physgrad/core/types.hpp"

namespace physgrad {

/// |H|^{-1} g for the symmetric part of H [d x d]: eigenvalues replaced by their magnitudes, those up to tau times the
/// largest magnitude dropped (Dauphin et al. 2014). Returns NaN where H is not finite.
[[nodiscard]] Vector saddle_free_solve(const Matrix& hessian, const Vector& g, double tau);

}  // namespace physgrad
