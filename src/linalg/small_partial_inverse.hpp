#pragma once
// Inverses of matrices that belong to one sample.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// J^{-kappa} g for small dense matrices (samples' physics Jacobians, [dy x dx]), by their singular value
/// decompositions, a vector register's lane for each matrix. One that equals its predecessor bit by bit, as those of a
/// linear map do, is not decomposed again.
class SmallPartialInverse {
 public:
  /// Throws std::invalid_argument for kappa outside [-1, 1] or tau outside [0, 1).
  SmallPartialInverse(double kappa, double tau);

  /// x_i = J_i^{-kappa} g_i for B samples: `transposed` has J_i^T [dx x dy] side by side, g [dy x B], x [dx x B], which
  /// is resized. Zero where J_i is; NaN where J_i or g_i is not finite. Throws std::invalid_argument for numbers of
  /// columns that do not fit.
  void apply(const MatrixRef& transposed, const MatrixRef& g, Matrix& x);
  [[nodiscard]] Index decompositions() const { return decompositions_; }

 private:
  struct Run;
  double kappa_, tau_;
  Index decompositions_ = 0;
};

/// Bytes that it holds at work.
[[nodiscard]] double small_partial_inverse_bytes(Index dy, Index dx);

/// The same of one matrix J [dy x dx].
[[nodiscard]] Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau);

/// A^+ [n x m] of a small A [m x n] (Moore-Penrose); singular values <= truncation * largest count as zero.
[[nodiscard]] Matrix small_pseudo_inverse(const Matrix& a, double truncation);

}  // namespace physgrad
