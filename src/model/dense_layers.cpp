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

void DenseLayers::run(const Vector& theta, const Matrix& input, Matrix& x) const {
  check_shapes(theta, input);
  x = input;
  Matrix next;
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    affine(blocks_[l], theta, x, next);
    if (l + 1 < blocks_.size()) activate(activation_, next);
    if (adds_its_input(l)) next += x;
    x.swap(next);
  }
}

Index DenseLayers::tape_size() const {
  Index neurons = 0, widest = 0;
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    neurons += blocks_[l].outputs;
    if (adds_its_input(l)) widest = std::max(widest, blocks_[l].outputs);
  }
  return input().size() + 3 * neurons + widest;
}

namespace {

/// Refers to its network, and to theta.
class DenseTape final : public Tape {
 public:
  explicit DenseTape(const DenseLayers& network) : network_(network), blocks_(network.blocks()) {}

  void assign(const Vector& theta, const Matrix& input) {
    theta_ = &theta;
    values_.resize(blocks_.size() + 1);
    slopes_.resize(blocks_.size() - 1);
    values_[0] = input;
    for (std::size_t l = 0; l < blocks_.size(); ++l) {
      affine(blocks_[l], theta, values_[l], values_[l + 1]);
      if (l + 1 == blocks_.size()) break;
      activate(network_.activation(), values_[l + 1]);
      slope_from_value(network_.activation(), values_[l + 1], slopes_[l]);
      if (network_.adds_its_input(l)) values_[l + 1] += values_[l];
    }
  }

  [[nodiscard]] const Matrix& output() const override { return values_.back(); }
  [[nodiscard]] std::span<const Matrix> hidden() const override {
    return std::span(values_).subspan(1, values_.size() - 2);
  }

  void jvp(const Vector& v, Matrix& dx) override {
    dx = Matrix::Zero(values_[0].rows(), values_[0].cols());
    Matrix next;
    for (std::size_t l = 0; l < blocks_.size(); ++l) {
      affine(blocks_[l], v, values_[l], next);
      if (l > 0) next.noalias() += weights_of(blocks_[l], *theta_) * dx;
      if (l + 1 < blocks_.size()) next.array() *= slopes_[l].array();
      if (network_.adds_its_input(l)) next += dx;
      dx.swap(next);
    }
  }

  void vjp(const Matrix& seed, Vector& gradient) override {
    factors(seed, 0, 1, scratch_);
    gradient.resize(blocks_.back().biases + blocks_.back().outputs);
    for (std::size_t l = 0; l < blocks_.size(); ++l)
      set_gradient(blocks_[l], values_[l], scratch_[l].sensitivities, gradient);
  }

  void factors(const MatrixRef& seeds, Index first, Index per_sample, std::vector<Factor>& out) override {
    out.resize(blocks_.size());
    for (std::size_t l = 0; l < blocks_.size(); ++l) out[l].inputs = &values_[l];
    out.back().sensitivities = seeds;
    for (std::size_t l = blocks_.size() - 1; l > 0; --l) {
      // Of the output of layer l - 1: through layer l, and past it.
      Matrix& before = out[l - 1].sensitivities;
      before.resize(blocks_[l].inputs, seeds.cols());
      before.noalias() = weights_of(blocks_[l], *theta_).transpose() * out[l].sensitivities;
      if (network_.adds_its_input(l)) before += past_;
      if (network_.adds_its_input(l - 1)) past_ = before;
      scale_by_slopes(slopes_[l - 1], first, per_sample, before);
    }
  }

 private:
  const DenseLayers& network_;
  std::span<const Block> blocks_;
  const Vector* theta_ = nullptr;
  std::vector<Matrix> values_;   // the input, then every layer's output
  std::vector<Matrix> slopes_;   // activation'(pre-activation) of every hidden layer
  std::vector<Factor> scratch_;  // of vjp
  Matrix past_;                  // sensitivities of the output of the layer that is passed by; scratch of factors()
};

}  // namespace

void DenseLayers::record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const {
  check_shapes(theta, input);
  if (!tape) tape = std::make_unique<DenseTape>(*this);
  dynamic_cast<DenseTape&>(*tape).assign(theta, input);
}

}  // namespace physgrad
