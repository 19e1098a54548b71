#pragma once
// A simulator P maps a control x and a context to a state y, sample by sample.
#include <functional>

#include "core/types.hpp"

namespace physgrad {

/// P linearised at one batch: y and the products with J_P. It owns the trajectory it needs; the simulator stays const.
struct Linearization {
  Matrix state;                              ///< y [dy x B]
  std::function<Matrix(const Matrix&)> jvp;  ///< [dx x B] -> J_P v [dy x B], sample by sample
  std::function<Matrix(const Matrix&)> vjp;  ///< [dy x B] -> J_P^T w [dx x B], sample by sample
};

class Simulator {
 public:
  virtual ~Simulator() = default;
  /// Number of controls dx and of outputs dy per sample.
  [[nodiscard]] virtual Index controls() const = 0;
  [[nodiscard]] virtual Index outputs() const = 0;
  /// y = P(x; context): x [dx x B], context [dc x B] -> [dy x B].
  [[nodiscard]] virtual Matrix run(const Matrix& x, const Matrix& context) const = 0;
  [[nodiscard]] virtual Linearization linearize(const Matrix& x, const Matrix& context) const = 0;
};

/// A local inverse: which x near x_near gives y_target? Where no such x exists, one that brings y closer.
class InverseSimulator {
 public:
  virtual ~InverseSimulator() = default;
  /// y_target [dy x B], x_near [dx x B], context [dc x B] -> x [dx x B]. May return non-finite columns where it fails:
  /// whoever uses it checks.
  [[nodiscard]] virtual Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context) const = 0;
};

/// All per-sample Jacobians dy_i/dx_i, side by side: [dy x (dx * B)], sample i in columns i*dx .. (i+1)*dx - 1.
/// Uses whichever of jvp and vjp needs fewer passes.
[[nodiscard]] Matrix control_jacobians(const Linearization& at, Index dx, Index dy, Index samples);

}  // namespace physgrad
