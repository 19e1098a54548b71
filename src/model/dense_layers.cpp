#include "physgrad/model/dense_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace physgrad {

std::vector<Block> dense_blocks(const std::vector<Index>& widths) {
  if (widths.size() < 2) throw UsageError(fmt::format("a network needs at least 2 widths, got {}", widths.size()));
  for (std::size_t l = 0; l < widths.size(); ++l)
    if (widths[l] < (l == 0 ? 0 : 1)) throw UsageError(fmt::format("width {} of layer {} is too small", widths[l], l));
  std::vector<Block> blocks;
  Index parameters = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const Index inputs = widths[l], outputs = widths[l + 1];
    blocks.push_back({inputs, outputs, parameters, parameters + inputs * outputs});
    parameters += (inputs + 1) * outputs;
  }
  return blocks;
}

void affine(const Block& block, const Vector& theta, const Matrix& input, Matrix& result) {
  result.resize(block.outputs, input.cols());
  result.colwise() = theta.segment(block.biases, block.outputs);
  if (block.inputs > 0) result.noalias() += weights_of(block, theta) * input;
}

void set_gradient(const Block& block, const Matrix& input, const Matrix& sensitivities, Vector& gradient) {
  if (block.inputs > 0) {
    // The transposed product is the same memory, column-major: Eigen then needs no temporary.
    Eigen::Map<Matrix> weights(gradient.data() + block.weights, block.inputs, block.outputs);
    weights.noalias() = input * sensitivities.transpose();
  }
  gradient.segment(block.biases, block.outputs) = sensitivities.rowwise().sum();
}

void scale_by_slopes(const Matrix& slopes, Index first, Index per_sample, Matrix& sensitivities) {
  const Index end = first + sensitivities.cols();
  if (per_sample == 1) {
    sensitivities.array() *= slopes.middleCols(first, sensitivities.cols()).array();
    return;
  }
  for (Index row = first; row < end;) {
    const Index sample = row / per_sample, next = std::min(end, (sample + 1) * per_sample);
    sensitivities.middleCols(row - first, next - row).array().colwise() *= slopes.col(sample).array();
    row = next;
  }
}

DenseLayers::DenseLayers(std::vector<Index> widths, Activation activation)
    : widths_(std::move(widths)), activation_(activation), blocks_(dense_blocks(widths_)) {}

Vector DenseLayers::initial(Rng& rng) const {
  Vector theta = Vector::Zero(parameters());
  for (const Block& block : blocks_) {
    const double limit = std::sqrt(6.0 / static_cast<double>(block.inputs + block.outputs));
    for (Index k = block.weights; k < block.biases; ++k) theta(k) = rng.uniform(-limit, limit);
  }
  return theta;
}

SettingMap DenseLayers::description() const {
  std::vector<double> widths;
  for (const Index width : widths_) widths.push_back(static_cast<double>(width));
  return {{"widths", widths}, {"activation", to_text(activation_)}};
}

void DenseTape::begin(std::span<const Block> blocks, const Vector& theta, const Matrix& input) {
  blocks_ = blocks;
  theta_ = &theta;
  values_.resize(blocks.size() + 1);
  slopes_.resize(blocks.size() - 1);
  values_[0] = input;
}

void DenseTape::vjp(const Matrix& seed, Vector& gradient) {
  factors(seed, 0, 1, scratch_);
  gradient.resize(blocks_.back().biases + blocks_.back().outputs);
  for (std::size_t l = 0; l < blocks_.size(); ++l)
    set_gradient(blocks_[l], values_[l], scratch_[l].sensitivities, gradient);
}

}  // namespace physgrad
