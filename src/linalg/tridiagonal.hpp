#pragma once
// Internal to linalg: what can be asked of a symmetric tridiagonal matrix cheaply.
#include <complex>
#include <vector>

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

/// Where a threshold relative^2 * (largest eigenvalue) cuts the spectrum of T, by Sturm counts. Needs spectral_bound()
/// of order one; everything is subject to an absolute error of a few eps besides.
struct SpectralCut {
  double largest = 0;    ///< the largest eigenvalue, relative error 1e-9
  double threshold = 0;  ///< relative^2 * largest; accurate enough that no eigenvalue lies within its uncertainty
  Index kept = 0;        ///< eigenvalues above the threshold
  double above = 0;  ///< a lower bound of the smallest of them, relative error 1e-9, at least nine tenths of the way
                     ///< from the threshold to it (0 where none)
  double below = 0;  ///< an upper bound of the largest of the others, as close from its side; at least 0
};
[[nodiscard]] SpectralCut cut_spectrum(const Tridiagonal& t, double relative);

/// z^exponent of the part of T above the cut applied to a vector, and 0 on the rest, as a sum over nodes z_j:
///   f(T) c = sum_j Im(weight_j (T - z_j I)^{-1} c)
class ContourRule {
 public:
  ContourRule(const SpectralCut& cut, double exponent);

  struct Value {
    Vector fine;    ///< f(T) c; error about kContourError relative
    Vector coarse;  ///< the same from every third node; error about the cube root of that
  };
  [[nodiscard]] Value apply(const Tridiagonal& t, const Vector& c) const;
  /// Value::coarse alone, at a third of the cost. The same nodes at two nearby T give their difference accurately.
  [[nodiscard]] Vector apply_coarse(const Tridiagonal& t, const Vector& c) const;

 private:
  struct Node {
    std::complex<double> z;
    std::complex<double> weight;
  };
  struct Workspace;
  void add_nodes(const Tridiagonal& t, std::size_t first, const Vector& c, Workspace& work) const;
  std::vector<Node> nodes_;  // every third one of the rule first
};

inline constexpr double kContourError = 1e-13;

}  // namespace physgrad
