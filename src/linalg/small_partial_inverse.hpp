#pragma once
// Inverses of matrices that belong to one sample.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// J^{-kappa} g for small dense matrices (samples' physics Jacobians, [dy x dx]), by their singular value
/// decompositions. One that equals its predecessor bit by bit, as those of a linear map do, is not decomposed again.
class SmallPartialInverse {
 public:
  /// Throws std::invalid_argument for kappa outside [-1, 1] or tau outside [0, 1).
  SmallPartialInverse(double kappa, double tau);

  /// Throws std::invalid_argument for a g of the wrong length. Zero where J is; NaN where J or g is not finite.
  [[nodiscard]] Vector apply(const Eigen::Ref<const Matrix>& jacobian, const Vector& g);
  [[nodiscard]] Index decompositions() const { return decompositions_; }

 private:
  void decompose(const Eigen::Ref<const Matrix>& jacobian);
  double kappa_, tau_;
  Matrix jacobian_;  // the last one, empty before
  bool finite_ = false;
  Matrix left_;   // U^T of what is kept [kept x dy]
  Matrix right_;  // V S^{-kappa} of it [dx x kept]
  Index decompositions_ = 0;
};

/// The same of one matrix.
[[nodiscard]] Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau);

/// A^+ [n x m] of a small A [m x n] (Moore-Penrose); singular values <= truncation * largest count as zero.
[[nodiscard]] Matrix small_pseudo_inverse(const Matrix& a, double truncation);

}  // namespace physgrad
