#pragma once
// Internal to linalg: dense singular value decompositions that hold.
#include "physgrad/core/types.hpp"

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

}  // namespace physgrad
