#pragma once
// Inverses of matrices that belong to one sample.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// J^{-kappa} g for one small dense matrix (a sample's physics Jacobian, [dy x dx]), by its singular value
/// decomposition. Throws std::invalid_argument for a g of the wrong length, kappa outside [-1, 1] or tau outside [0,
/// 1). Zero where J is; NaN where J or g is not finite.
[[nodiscard]] Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau);

/// A^+ [n x m] of a small A [m x n] (Moore-Penrose); singular values <= truncation * largest count as zero.
[[nodiscard]] Matrix small_pseudo_inverse(const Matrix& a, double truncation);

}  // namespace physgrad
