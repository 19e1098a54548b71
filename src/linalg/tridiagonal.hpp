#pragma once
// Internal to linalg: symmetric tridiagonal reduction without eigenvectors, and what can be asked of the result
// cheaply.
#include "core/types.hpp"

namespace physgrad {

/// Symmetric tridiagonal T.
struct Tridiagonal {
  Vector diagonal;     ///< [n]
  Vector subdiagonal;  ///< [n - 1]
};

/// A = Z T Z^T. Reflector k acts on the entries from k + 1: a leading 1, then the entries of column k below the
/// subdiagonal.
struct TridiagonalReduction {
  Matrix reflectors;
  Vector scales;  ///< [n - 1]
  Tridiagonal t;
};

/// Reduces a symmetric matrix (lower triangle read): LAPACK where available, else blocked_reduction().
[[nodiscard]] TridiagonalReduction reduce(Matrix matrix);
/// The same on Eigen's kernels alone.
[[nodiscard]] TridiagonalReduction blocked_reduction(Matrix matrix);

/// x := Z x, or Z^T x.
void apply_z(const TridiagonalReduction& reduction, bool transposed, Vector& x);

/// T x.
[[nodiscard]] Vector multiply(const Tridiagonal& t, const Vector& x);
/// An upper bound of the largest |eigenvalue| (Gershgorin).
[[nodiscard]] double spectral_bound(const Tridiagonal& t);

/// Where a threshold relative^2 * (largest eigenvalue) cuts the spectrum of T, by Sturm counts. Needs spectral_bound()
/// of order one; every value is correct to a few eps absolutely.
struct SpectralCut {
  double largest = 0;    ///< the largest eigenvalue
  double threshold = 0;  ///< relative^2 * largest
  Index kept = 0;        ///< eigenvalues above the threshold
  double above = 0;      ///< the smallest of them, from below (0 where none)
  double below = 0;      ///< the largest of the others, from above, at least 0
};
[[nodiscard]] SpectralCut cut_spectrum(const Tridiagonal& t, double relative);

/// z^exponent of the part of T above the cut applied to c, and 0 on the rest.
[[nodiscard]] Vector apply_function(const Tridiagonal& t, const SpectralCut& cut, double exponent, const Vector& c);

}  // namespace physgrad
