#pragma once
// Internal to linalg: A = Z T Z^T with T tridiagonal and Z orthogonal, without eigenvectors and without forming Z.
#include "physgrad/linalg/tridiagonal.hpp"

namespace physgrad {

/// A = Z T Z^T. Z is kept as reflectors, or as what is needed to make them again.
class Reduction {
 public:
  virtual ~Reduction() = default;
  [[nodiscard]] const Tridiagonal& t() const { return t_; }
  /// x := Z x, or Z^T x; x [n].
  virtual void apply_z(bool transposed, Vector& x) const = 0;

 protected:
  Tridiagonal t_;
};

}  // namespace physgrad
