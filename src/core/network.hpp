#pragma once
// Dense networks with the parameter layout of torch.nn.utils.parameters_to_vector: layer by layer, weights (out x in,
// row-major), then biases.
#include <memory>
#include <string>
#include <vector>

#include "physgrad/core/rng.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

enum class Activation { tanh, relu, sigmoid, identity };

[[nodiscard]] Activation parse_activation(const std::string& name);
[[nodiscard]] std::string to_text(Activation activation);
[[nodiscard]] std::vector<std::string> activation_names();

/// One layer's place in theta.
struct LayerShape {
  Index inputs, outputs;
  Index weights;  ///< offset of the weights [outputs x inputs, row-major]
  Index biases;   ///< offset of the biases [outputs]
};

class NetworkLinearization;

/// f(input; theta): `activation` after every layer but the last. Widths {0, d} are the network of problems without one:
/// no weights, theta is the d biases, and x = theta for every sample.
class Network {
 public:
  Network() = default;
  Network(std::vector<Index> widths, Activation activation);

  [[nodiscard]] const std::vector<Index>& widths() const { return widths_; }
  [[nodiscard]] Activation activation() const { return activation_; }
  [[nodiscard]] const std::vector<LayerShape>& layers() const { return layers_; }
  [[nodiscard]] Index parameters() const { return parameters_; }
  /// Glorot-uniform weights, zero biases (Glorot & Bengio 2010; the default of Keras) [n].
  [[nodiscard]] Vector initial(Rng& rng) const;
  /// x [dx x B] for input [d_in x B]. Throws std::invalid_argument on a wrong shape.
  [[nodiscard]] Matrix run(const Vector& theta, const Matrix& input) const;
  [[nodiscard]] NetworkLinearization linearize(const Vector& theta, const Matrix& input) const;

 private:
  std::vector<Index> widths_;
  Activation activation_ = Activation::tanh;
  std::vector<LayerShape> layers_;
  Index parameters_ = 0;
};

/// f linearised at (theta, input). Refers to the network and theta, which must outlive it.
class NetworkLinearization {
 public:
  NetworkLinearization() = default;
  NetworkLinearization(const Network& network, const Vector& theta, const Matrix& input) {
    assign(network, theta, input);
  }
  /// Linearises anew, in the memory of before.
  void assign(const Network& network, const Vector& theta, const Matrix& input);

  [[nodiscard]] const Matrix& output() const { return values_.back(); }
  /// The input of layer l, [width_l x B].
  [[nodiscard]] const Matrix& layer_input(std::size_t l) const { return values_[l]; }
  /// J_f v: v [n] -> [dx x B].
  [[nodiscard]] Matrix jvp(const Vector& v) const;
  /// J_f^T seed, summed over samples: seed [dx x B] -> [n].
  [[nodiscard]] Vector vjp(const Matrix& seed) const;
  /// The same into `gradient`; `work` keeps its memory from call to call.
  void vjp(const Matrix& seed, std::vector<Matrix>& work, Vector& gradient) const;
  /// The sensitivities of seed . x to each layer's pre-activation, one [width_{l+1} x k*B] per layer, into `result`.
  /// The seed is [dx x k*B] with k seeds per sample, those of sample i in columns i*k .. (i+1)*k - 1.
  void sensitivities(const Matrix& seed, std::vector<Matrix>& result) const;

 private:
  const Network* network_ = nullptr;
  const Vector* theta_ = nullptr;
  std::vector<Matrix> values_;  // the input, then every layer's output
  std::vector<Matrix> slopes_;  // activation'(pre-activation) of every hidden layer
};

}  // namespace physgrad
