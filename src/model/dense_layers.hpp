#pragma once
// What networks of dense layers in a row share.
#include <memory>
#include <vector>

#include "physgrad/core/network.hpp"
#include "physgrad/model/activation.hpp"

namespace physgrad {

using RowMajorWeights = Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>;

/// The blocks of dense layers between widths, in torch's order: layer by layer, weights, then biases. Throws UsageError
/// for fewer than two widths, and widths that are too small.
[[nodiscard]] std::vector<Block> dense_blocks(const std::vector<Index>& widths);

[[nodiscard]] inline RowMajorWeights weights_of(const Block& block, const Vector& theta) {
  return {theta.data() + block.weights, block.outputs, block.inputs};
}

/// result = W input + b [outputs x B].
void affine(const Block& block, const Vector& theta, const Matrix& input, Matrix& result);

/// The block's part of the gradient, from the sensitivities of its pre-activation [outputs x B].
void set_gradient(const Block& block, const Matrix& input, const Matrix& sensitivities, Vector& gradient);

/// Every column of `sensitivities` times the slopes [outputs x B] of its sample; columns are rows first .. of a
/// Jacobian with `per_sample` rows a sample.
void scale_by_slopes(const Matrix& slopes, Index first, Index per_sample, Matrix& sensitivities);

/// Dense layers one after the other, `activation` after every one but the last.
class DenseLayers : public Network {
 public:
  DenseLayers(std::vector<Index> widths, Activation activation);
  [[nodiscard]] Shape input() const override { return {widths_.front()}; }
  [[nodiscard]] Shape output() const override { return {widths_.back()}; }
  [[nodiscard]] Index parameters() const override { return blocks_.back().biases + blocks_.back().outputs; }
  /// Glorot-uniform weights, zero biases (Glorot & Bengio 2010; the default of Keras) [n].
  [[nodiscard]] Vector initial(Rng& rng) const override;
  [[nodiscard]] std::span<const Block> blocks() const override { return blocks_; }
  [[nodiscard]] SettingMap description() const override;
  [[nodiscard]] Activation activation() const { return activation_; }
  /// The input; values, slopes and sensitivities of every layer, and those that pass one by.
  [[nodiscard]] Index tape_size() const override;
  void run(const Vector& theta, const Matrix& input, Matrix& x) const override;
  void record(const Vector& theta, const Matrix& input, std::unique_ptr<Tape>& tape) const override;
  using Network::record;
  using Network::run;
  /// Whether layer l adds what it computes to what it was given.
  [[nodiscard]] virtual bool adds_its_input(std::size_t /*l*/) const { return false; }

 private:
  std::vector<Index> widths_;
  Activation activation_;
  std::vector<Block> blocks_;
};

}  // namespace physgrad
