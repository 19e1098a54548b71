#pragma once
// Internal to linalg: dense singular value decompositions that hold.
#include "physgrad/linalg/backend.hpp"

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

/// By the back end's drivers, the fastest first, until one's answer holds (checked by products with random vectors);
/// where none does, jacobi_svd(). `a` must be finite. Instantiated for float and double.
template <class Scalar>
[[nodiscard]] BasicThinSvd<Scalar> thin_svd(const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& a,
                                            const Backend& backend = default_backend());

/// The unit round-off that error estimates should assume: eps, or what the measured defect amounts to where that is
/// more.
template <class Scalar>
[[nodiscard]] double effective_epsilon(const BasicThinSvd<Scalar>& svd);

}  // namespace physgrad
