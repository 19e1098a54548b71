#pragma once
#include "physgrad/model/dense_layers.hpp"

namespace physgrad {

/// Plain layers. Widths {0, d} are the network of problems without one: no weights, theta is the d biases, and x =
/// theta for every sample.
class DenseChain final : public DenseLayers {
 public:
  using DenseLayers::DenseLayers;
};

}  // namespace physgrad
