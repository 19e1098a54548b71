#pragma once
// Internal to linalg: what can be asked of a symmetric tridiagonal matrix cheaply.
#include "physgrad/core/types.hpp"

namespace physgrad {

/// Symmetric tridiagonal T.
struct Tridiagonal {
  Vector diagonal;     ///< [n]
  Vector subdiagonal;  ///< [n - 1]
};

/// T x.
[[nodiscard]] Vector multiply(const Tridiagonal& t, const Vector& x);
/// An upper bound of the largest |eigenvalue| (Gershgorin).
[[nodiscard]] double spectral_bound(const Tridiagonal& t);

}  // namespace physgrad
