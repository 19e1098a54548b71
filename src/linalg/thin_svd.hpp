#pragma once
// Internal to linalg: dense singular value decompositions, and the partial inverse once one is at hand.
#include "linalg/partial_inverse.hpp"

namespace physgrad {

/// a = u diag(values) v^T, thin, values descending.
struct ThinSvd {
  Matrix u;
  Vector values;
  Matrix v;
  /// Measured |a - u diag(values) v^T| and loss of orthogonality relative to values[0], where the method needs
  /// watching.
  double defect = 0;
};

/// By Eigen's divide and conquer.
[[nodiscard]] ThinSvd eigen_svd(const Matrix& a);
/// By LAPACK where available (destroys a), else as eigen_svd.
[[nodiscard]] ThinSvd fast_svd(Matrix a);

/// The unit round-off that error estimates should assume: eps, or the measured defect where it is more.
[[nodiscard]] double effective_epsilon(const ThinSvd& svd);

/// The shape of the Jacobian an SVD belongs to, where a factor of it was decomposed.
struct Shape {
  Index rows;
  Index cols;
};

/// V S^{-kappa} U^T g with every diagnostic; `outside` is the norm of what a previous reduction already removed from g.
[[nodiscard]] PartialInverseResult partial_inverse_of(const ThinSvd& svd, Shape shape, const Vector& g, double outside,
                                                      const PartialInverseOptions& options);

}  // namespace physgrad
