#pragma once
// Internal to linalg: A = Q B Q^T with B of narrow band and Q orthogonal, without eigenvectors and without forming Q.
#include "physgrad/linalg/symmetric_band.hpp"

namespace physgrad {

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
