#include "physgrad/core/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Weights = Eigen::Map<const RowMajor>;

Weights weights_of(const LayerShape& layer, const Vector& theta) {
  return {theta.data() + layer.weights, layer.outputs, layer.inputs};
}

auto biases_of(const LayerShape& layer, const Vector& theta) { return theta.segment(layer.biases, layer.outputs); }

void affine(const LayerShape& layer, const Vector& theta, const Matrix& input, Matrix& result) {
  result.resize(layer.outputs, input.cols());
  result.colwise() = biases_of(layer, theta);
  if (layer.inputs > 0) result.noalias() += weights_of(layer, theta) * input;
}

// tanh through one exponential of a non-positive number, which Eigen vectorises and which never overflows; the absolute
// error stays at round-off.
void apply_tanh(Matrix& values) {
  using Chunk = Eigen::Array<double, 16, 1>;
  const auto apply = [](auto chunk) {
    const auto decay = (-2.0 * chunk.abs()).exp().eval();
    chunk = chunk.sign() * (1.0 - decay) / (1.0 + decay);
  };
  // Chunks on the stack: an intermediate matrix would be allocated.
  const Index whole = values.size() / 16 * 16;
  for (Index i = 0; i < whole; i += 16) apply(Eigen::Map<Chunk>(values.data() + i));
  for (Index i = whole; i < values.size(); ++i) values.data()[i] = std::tanh(values.data()[i]);
}

void activate(Activation activation, Matrix& values) {
  switch (activation) {
    case Activation::tanh:
      apply_tanh(values);
      break;
    case Activation::relu:
      values = values.cwiseMax(0.0);
      break;
    case Activation::sigmoid:
      values = (1.0 + (-values.array()).exp()).inverse();
      break;
    case Activation::identity:
      break;
  }
}

// The slope in terms of the activation's value, which all four activations permit (relu's slope at 0 is 0).
void slope_from_value(Activation activation, const Matrix& value, Matrix& slope) {
  switch (activation) {
    case Activation::tanh:
      slope = 1.0 - value.array().square();
      break;
    case Activation::relu:
      slope = (value.array() > 0.0).cast<double>();
      break;
    case Activation::sigmoid:
      slope = value.array() * (1.0 - value.array());
      break;
    case Activation::identity:
      slope.setOnes(value.rows(), value.cols());
      break;
  }
}

constexpr std::pair<Activation, const char*> kActivations[] = {{Activation::tanh, "tanh"},
                                                               {Activation::relu, "relu"},
                                                               {Activation::sigmoid, "sigmoid"},
                                                               {Activation::identity, "identity"}};

}  // namespace

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const auto& [activation, name] : kActivations) names.emplace_back(name);
  return names;
}

Activation parse_activation(const std::string& name) {
  for (const auto& [activation, text] : kActivations)
    if (name == text) return activation;
  throw UsageError(unknown_name_message("activation", name, activation_names()));
}

std::string to_text(Activation activation) {
  for (const auto& [each, text] : kActivations)
    if (each == activation) return text;
  return "?";
}

Network::Network(std::vector<Index> widths, Activation activation)
    : widths_(std::move(widths)), activation_(activation) {
  if (widths_.size() < 2) throw UsageError(fmt::format("a network needs at least 2 widths, got {}", widths_.size()));
  for (std::size_t l = 0; l < widths_.size(); ++l)
    if (widths_[l] < (l == 0 ? 0 : 1))
      throw UsageError(fmt::format("width {} of layer {} is too small", widths_[l], l));
  for (std::size_t l = 0; l + 1 < widths_.size(); ++l) {
    const Index inputs = widths_[l];
    const Index outputs = widths_[l + 1];
    layers_.push_back({inputs, outputs, parameters_, parameters_ + inputs * outputs});
    parameters_ += (inputs + 1) * outputs;
  }
}

Vector Network::initial(Rng& rng) const {
  Vector theta = Vector::Zero(parameters_);
  for (const LayerShape& layer : layers_) {
    const double limit = std::sqrt(6.0 / static_cast<double>(layer.inputs + layer.outputs));
    for (Index k = layer.weights; k < layer.biases; ++k) theta(k) = rng.uniform(-limit, limit);
  }
  return theta;
}

namespace {
void check_shapes(const Network& network, const Vector& theta, const Matrix& input) {
  if (theta.size() != network.parameters())
    throw std::invalid_argument(fmt::format("theta has {} entries, expected {}", theta.size(), network.parameters()));
  if (input.rows() != network.widths().front())
    throw std::invalid_argument(fmt::format("input has {} rows, expected {}", input.rows(), network.widths().front()));
}
}  // namespace

Matrix Network::run(const Vector& theta, const Matrix& input) const {
  check_shapes(*this, theta, input);
  Matrix values = input, next;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    affine(layers_[l], theta, values, next);
    if (l + 1 < layers_.size()) activate(activation_, next);
    values.swap(next);
  }
  return values;
}

NetworkLinearization Network::linearize(const Vector& theta, const Matrix& input) const {
  return {*this, theta, input};
}

void NetworkLinearization::assign(const Network& network, const Vector& theta, const Matrix& input) {
  check_shapes(network, theta, input);
  network_ = &network;
  theta_ = &theta;
  const auto& layers = network.layers();
  values_.resize(layers.size() + 1);
  slopes_.resize(layers.size() - 1);
  values_[0] = input;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    affine(layers[l], theta, values_[l], values_[l + 1]);
    if (l + 1 == layers.size()) break;
    activate(network.activation(), values_[l + 1]);
    slope_from_value(network.activation(), values_[l + 1], slopes_[l]);
  }
}

Matrix NetworkLinearization::jvp(const Vector& v) const {
  const auto& layers = network_->layers();
  Matrix tangent = Matrix::Zero(values_[0].rows(), values_[0].cols()), next;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    affine(layers[l], v, values_[l], next);
    if (l > 0) next.noalias() += weights_of(layers[l], *theta_) * tangent;
    if (l + 1 < layers.size()) next.array() *= slopes_[l].array();
    tangent.swap(next);
  }
  return tangent;
}

void NetworkLinearization::sensitivities(const Matrix& seed, std::vector<Matrix>& result) const {
  const auto& layers = network_->layers();
  const Index samples = values_[0].cols();
  const Index repeat = seed.cols() / samples;
  result.resize(layers.size());
  result.back() = seed;
  for (std::size_t l = layers.size() - 1; l > 0; --l) {
    result[l - 1].resize(layers[l].inputs, seed.cols());
    result[l - 1].noalias() = weights_of(layers[l], *theta_).transpose() * result[l];
    if (repeat == 1) {
      result[l - 1].array() *= slopes_[l - 1].array();
      continue;
    }
    for (Index i = 0; i < samples; ++i)
      result[l - 1].middleCols(i * repeat, repeat).array().colwise() *= slopes_[l - 1].col(i).array();
  }
}

Vector NetworkLinearization::vjp(const Matrix& seed) const {
  std::vector<Matrix> work;
  Vector gradient;
  vjp(seed, work, gradient);
  return gradient;
}

void NetworkLinearization::vjp(const Matrix& seed, std::vector<Matrix>& work, Vector& gradient) const {
  const auto& layers = network_->layers();
  sensitivities(seed, work);
  gradient.resize(network_->parameters());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const LayerShape& layer = layers[l];
    if (layer.inputs > 0) {
      // The transposed product is the same memory, column-major: Eigen then needs no temporary.
      Eigen::Map<Matrix> weights(gradient.data() + layer.weights, layer.inputs, layer.outputs);
      weights.noalias() = values_[l] * work[l].transpose();
    }
    gradient.segment(layer.biases, layer.outputs) = work[l].rowwise().sum();
  }
}

}  // namespace physgrad
