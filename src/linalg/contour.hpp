#pragma once
// Internal to linalg: a power of the upper part of a tridiagonal matrix's spectrum, applied to a vector.
#include <complex>
#include <vector>

#include "physgrad/linalg/sturm.hpp"

namespace physgrad {

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
