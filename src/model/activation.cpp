#include "physgrad/model/activation.hpp"

#include <cmath>
#include <utility>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

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

}  // namespace physgrad
