#pragma once
// The fourth place of a composition: rules turn a gradient (or whatever a composition delivers in its place) into an
// update of theta. Formulas, constants and the placement of epsilon are those of torch.optim, so that trajectories can
// be compared.
#include <optional>
#include <span>

#include "physgrad/core/network.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

/// The weights that a rule is about to change, which of them form the matrices of layers, and how much of the
/// training's budget is used.
struct Parameters {
  const Vector& theta;
  std::span<const Block> blocks;
  double progress = 0;  ///< in [0, 1]
};

class Rule {
 public:
  virtual ~Rule() = default;
  /// The update to add to theta, for `gradient` [n], into `out`. Keeps its own state (moments) between calls.
  virtual void update(const Vector& gradient, const Parameters& at, Vector& out) = 0;
  /// Floating-point operations of an update, estimated; by default ten a parameter.
  [[nodiscard]] virtual double operations(const Parameters& at) const {
    return 10.0 * static_cast<double>(at.theta.size());
  }
  /// Bytes of state, gradient and update for n parameters.
  [[nodiscard]] virtual double bytes(Index parameters) const = 0;
  /// Bytes beyond that, of matrices as large as the blocks' sides.
  [[nodiscard]] virtual double matrix_bytes(std::span<const Block> /*blocks*/) const { return 0; }
  /// Of a rule that remembers nothing and always steps by -rate times what it is given: that rate.
  [[nodiscard]] virtual std::optional<double> constant_rate() const { return {}; }
};

}  // namespace physgrad
