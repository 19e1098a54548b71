#pragma once
// Internal to linalg: what round-off does to a truncated partial inverse, to first order.
//
// A backward stable decomposition is the exact one of J + E, E of the size of eps * s_max. With E modelled as a random
// matrix the divided differences of f (Daleckii & Krein 1965) give the expected change of the result, singular pair by
// singular pair; a singular value whose side of the threshold round-off could change counts with its whole component.
#include <limits>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// A decomposition and the right-hand side in its basis.
struct SpectralView {
  const Vector& values;        ///< singular values of J (svd) or eigenvalues of its Gram matrix (gram), descending
  const Vector& coefficients;  ///< g in the basis of the left vectors (gram of the right side: J^T g in its eigenbasis)
  Index kept;                  ///< how many values are kept
  double threshold;            ///< absolute, in the units of values
  double kappa;
  double outside = 0;   ///< svd: norm of the part of g outside the span of the left vectors
  Index null_cols = 0;  ///< svd: cols - rank, right directions that belong to no singular value
  double epsilon = std::numeric_limits<double>::epsilon();  ///< round-off of the precision that computed it
};

/// Expected absolute error of V S^{-kappa} U^T g computed from an SVD.
[[nodiscard]] double svd_error(const SpectralView& view);

/// The same from the eigendecomposition of J J^T (wide) or J^T J (not wide); g_norm = |g|.
[[nodiscard]] double gram_error(const SpectralView& view, bool wide, double g_norm);

/// sqrt(|g|^2 - |c|^2): the part of g that an orthonormal basis, with coefficients c, does not hold.
[[nodiscard]] double remainder_norm(const Vector& g, const Vector& c);

/// error / norm, with 0 / 0 = 0.
[[nodiscard]] double relative_error(double error, double norm);

}  // namespace physgrad
