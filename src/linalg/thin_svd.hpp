#pragma once
// Internal to linalg: dense singular value decompositions that hold, and the partial inverse once one is at hand.
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad {

/// a = u diag(values) v^T, thin, values descending.
template <class Scalar>
struct BasicThinSvd {
  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> u;
  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> values;
  Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> v;
  /// Measured |a - u diag(values) v^T| and loss of orthogonality relative to values[0].
  double defect = 0;
};
using ThinSvd = BasicThinSvd<double>;

/// LAPACK's divide and conquer; where that fails or its answer does not hold (checked by products with random vectors),
/// its QR iteration; where that does not either, or there is no LAPACK, jacobi_svd(). `a` must be finite. Instantiated
/// for float and double. (Eigen 3.4.0's BDCSVD returns NaN, and reads outside of its arrays, on matrices whose singular
/// values cluster at round-off.)
template <class Scalar>
[[nodiscard]] BasicThinSvd<Scalar> thin_svd(const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& a);

/// The unit round-off that error estimates should assume: eps, or what the measured defect amounts to where that is
/// more.
template <class Scalar>
[[nodiscard]] double effective_epsilon(const BasicThinSvd<Scalar>& svd);

/// One-sided Jacobi rotations after a pivoted QR (Demmel & Veselic 1992; Drmac & Veselic 2008): slower than the others
/// and with nothing to fail. `a` must be finite. Instantiated for float and double.
template <class Scalar>
[[nodiscard]] BasicThinSvd<Scalar> jacobi_svd(const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& a);

/// The shape of the Jacobian an SVD belongs to, where a factor of it was decomposed.
struct Shape {
  Index rows;
  Index cols;
};

/// V S^{-kappa} U^T g with every diagnostic; `outside` is the norm of what a previous reduction already removed from g.
[[nodiscard]] PartialInverseResult partial_inverse_of(const ThinSvd& svd, Shape shape, const Vector& g, double outside,
                                                      const PartialInverseOptions& options);

}  // namespace physgrad
