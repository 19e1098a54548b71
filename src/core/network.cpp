#include "core/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/settings.hpp"

namespace physgrad {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Weights = Eigen::Map<const RowMajor>;

Weights weights_of(const LayerShape& layer, const Vector& theta) {
  return {theta.data() + layer.weights, layer.outputs, layer.inputs};
}

auto biases_of(const LayerShape& layer, const Vector& theta) { return theta.segment(layer.biases, layer.outputs); }

Matrix affine(const LayerShape& layer, const Vector& theta, const Matrix& input) {
  Matrix result(layer.outputs, input.cols());
  result.colwise() = biases_of(layer, theta);
  if (layer.inputs > 0) result.noalias() += weights_of(layer, theta) * input;
  return result;
}

// tanh through one exponential of a non-positive number, which Eigen vectorises and which never overflows; the absolute
// error stays at round-off.
void apply_tanh(Matrix& values) {
  const auto decay = (-2.0 * values.array().abs()).exp().eval();
  values = values.array().sign() * (1.0 - decay) / (1.0 + decay);
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
Matrix slope_from_value(Activation activation, const Matrix& value) {
  switch (activation) {
    case Activation::tanh:
      return 1.0 - value.array().square();
    case Activation::relu:
      return (value.array() > 0.0).cast<double>();
    case Activation::sigmoid:
      return value.array() * (1.0 - value.array());
    case Activation::identity:
      break;
  }
  return Matrix::Ones(value.rows(), value.cols());
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
  Matrix values = input;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    values = affine(layers_[l], theta, values);
    if (l + 1 < layers_.size()) activate(activation_, values);
  }
  return values;
}

NetworkLinearization Network::linearize(const Vector& theta, const Matrix& input) const {
  return {*this, theta, input};
}

NetworkLinearization::NetworkLinearization(const Network& network, const Vector& theta, const Matrix& input)
    : network_(network), theta_(theta) {
  check_shapes(network, theta, input);
  const auto& layers = network.layers();
  values_.reserve(layers.size() + 1);
  values_.push_back(input);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    values_.push_back(affine(layers[l], theta, values_[l]));
    if (l + 1 == layers.size()) break;
    activate(network.activation(), values_.back());
    slopes_.push_back(slope_from_value(network.activation(), values_.back()));
  }
}

Matrix NetworkLinearization::jvp(const Vector& v) const {
  const auto& layers = network_.layers();
  Matrix tangent = Matrix::Zero(values_[0].rows(), values_[0].cols());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    Matrix next = affine(layers[l], v, values_[l]);
    if (l > 0) next.noalias() += weights_of(layers[l], theta_) * tangent;
    if (l + 1 < layers.size()) next.array() *= slopes_[l].array();
    tangent = std::move(next);
  }
  return tangent;
}

std::vector<Matrix> NetworkLinearization::sensitivities(const Matrix& seed) const {
  const auto& layers = network_.layers();
  const Index samples = values_[0].cols();
  const Index repeat = seed.cols() / samples;
  std::vector<Matrix> result(layers.size());
  result.back() = seed;
  for (std::size_t l = layers.size() - 1; l > 0; --l) {
    result[l - 1].noalias() = weights_of(layers[l], theta_).transpose() * result[l];
    for (Index i = 0; i < samples; ++i)
      result[l - 1].middleCols(i * repeat, repeat).array().colwise() *= slopes_[l - 1].col(i).array();
  }
  return result;
}

Vector NetworkLinearization::vjp(const Matrix& seed) const {
  const auto& layers = network_.layers();
  const std::vector<Matrix> delta = sensitivities(seed);
  Vector gradient(network_.parameters());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const LayerShape& layer = layers[l];
    if (layer.inputs > 0) {
      Eigen::Map<RowMajor> weights(gradient.data() + layer.weights, layer.outputs, layer.inputs);
      weights.noalias() = delta[l] * values_[l].transpose();
    }
    gradient.segment(layer.biases, layer.outputs) = delta[l].rowwise().sum();
  }
  return gradient;
}

}  // namespace physgrad
