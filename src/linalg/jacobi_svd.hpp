#pragma once
// Internal to linalg: the singular value decomposition that has nothing to fail.
#include "physgrad/linalg/thin_svd.hpp"

namespace physgrad {

/// One-sided Jacobi rotations after a pivoted QR (Demmel & Veselic 1992; Drmac & Veselic 2008): slower than the others
/// and with nothing to fail. `a` must be finite. Instantiated for float and double.
template <class Scalar>
[[nodiscard]] BasicThinSvd<Scalar> jacobi_svd(const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>& a);

}  // namespace physgrad
