#pragma once
// Internal to linalg: a power of the upper part of a band matrix's spectrum, applied to a vector.
#include <complex>
#include <vector>

#include "physgrad/linalg/spectral_cut.hpp"

namespace physgrad {

struct ContourNode {
  std::complex<double> z;
  std::complex<double> weight;
};

/// z^exponent of the part of B above the cut applied to a vector, and 0 on the rest, as a sum over nodes z_j:
///   f(B) c = sum_j Im(weight_j (B - z_j I)^{-1} c)
/// for B of width 1 or 8.
class ContourRule {
 public:
  ContourRule(const SpectralCut& cut, double exponent);

  struct Value {
    Vector fine;    ///< f(B) c; error about kContourError relative
    Vector coarse;  ///< the same from every third node; error about the cube root of that
  };
  [[nodiscard]] Value apply(const SymmetricBand& b, const Vector& c, int threads = 1) const;
  /// Value::coarse alone, at a third of the cost. The same nodes at two nearby B give their difference accurately.
  [[nodiscard]] Vector apply_coarse(const SymmetricBand& b, const Vector& c, int threads = 1) const;

 private:
  // Those from first to last, last excluded, added up.
  [[nodiscard]] Vector sum(const SymmetricBand& b, const Vector& c, std::size_t first, std::size_t last,
                           int threads) const;
  std::vector<ContourNode> nodes_;  // every third one of the rule first
};

inline constexpr double kContourError = 1e-13;

/// Numbers that apply() holds besides vectors, for a band of this width and order, on each thread.
[[nodiscard]] double contour_doubles(Index width, double order);

}  // namespace physgrad
