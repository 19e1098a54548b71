#pragma once
// The weights of layers as matrices, for rules that treat them so.
#include <span>

#include "physgrad/update/rule.hpp"

namespace physgrad {

using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// The weights [outputs x inputs] of a layer in a vector of all parameters.
inline Eigen::Map<const RowMajorMatrix> layer_weights(const Vector& all, const Block& block) {
  return {all.data() + block.weights, block.outputs, block.inputs};
}

inline void set_layer_weights(const Matrix& values, const Block& block, Vector& all) {
  Eigen::Map<RowMajorMatrix>(all.data() + block.weights, block.outputs, block.inputs) = values;
}

inline void copy_biases(std::span<const Block> blocks, const Vector& from, Vector& to) {
  for (const Block& block : blocks) to.segment(block.biases, block.outputs) = from.segment(block.biases, block.outputs);
}

/// The sum over layers of `cost` of the two sides of their weights.
template <class Cost>
double over_layers(const Parameters& at, Cost cost) {
  double sum = 0;
  for (const Block& block : at.blocks)
    sum += cost(static_cast<double>(block.outputs), static_cast<double>(block.inputs));
  return sum;
}

}  // namespace physgrad
