#pragma once
// Dense layers one after the other.
#include "physgrad/model/dense_layers.hpp"

namespace physgrad {

/// `activation` after every layer but the last. Widths {0, d} are the network of problems without one: no weights,
/// theta is the d biases, and x = theta for every sample.
class DenseChain final : public DenseLayers {
 public:
  using DenseLayers::DenseLayers;
  using Network::record;
  using Network::run;
  void run(const Vector& theta, const Matrix& input, Matrix& x) const override;
  void record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const override;
  [[nodiscard]] Index tape_size() const override;
};

}  // namespace physgrad
