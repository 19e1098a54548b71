#pragma once
// Internal to linalg: A = Q B Q^T with B of narrow band and Q orthogonal, without eigenvectors and without forming Q.
#include <cmath>

#include "physgrad/linalg/symmetric_band.hpp"

namespace physgrad {

/// The power of two that brings a matrix of this size, which is positive, to order one where squares of its entries
/// could leave the range of numbers; else 1.
inline double unit_for(double size) { return size > 1e-100 && size < 1e100 ? 1.0 : std::ldexp(1.0, -std::ilogb(size)); }

/// A = Q B Q^T. Q is kept as reflectors.
class Reduction {
 public:
  virtual ~Reduction() = default;
  [[nodiscard]] const SymmetricBand& band() const { return band_; }
  /// x := Q x, or Q^T x; x [n].
  virtual void apply_q(bool transposed, Vector& x) const = 0;

 protected:
  SymmetricBand band_;
};

}  // namespace physgrad
