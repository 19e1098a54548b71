// SOAP: Adam in the eigenbasis of Shampoo's two factors of each weight matrix. The basis follows by one power iteration
// and a QR factorisation every `frequency` steps. Biases have no basis, but moments alike. The first step moves
// nothing: it only fills the factors, as in the authors' implementation, so that no gradient meets a basis that it has
// made. Epsilon is added to the root of the second moment before its bias is removed, and weights decay after the step,
// as there.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "physgrad/linalg/backend.hpp"
#include "physgrad/toolbox/adam.hpp"
#include "physgrad/toolbox/layer_matrices.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

/// The symmetric matrix becomes its eigenvectors; false where no method converged.
bool eigenvectors(Matrix& matrix) {
  Vector values(matrix.rows());
  return default_backend().symmetric_eigen(matrix, values);
}

/// Gram-Schmidt, twice over each column: orthogonal to round-off. A column that the ones before it span becomes what
/// the unit vectors leave.
void orthonormalise(Matrix& basis) {
  for (Index j = 0; j < basis.cols(); ++j) {
    const auto before = basis.leftCols(j);
    for (Index next = 0;; ++next) {
      const double size = basis.col(j).norm();
      for (int pass = 0; pass < 2; ++pass) basis.col(j) -= before * (before.transpose() * basis.col(j));
      const double left = basis.col(j).norm();
      if (!(left <= 1e-12 * size)) {
        basis.col(j) /= left;
        break;
      }
      if (next == basis.rows()) break;  // more columns than dimensions
      basis.col(j) = Vector::Unit(basis.rows(), next);
    }
  }
}

/// One power iteration from `basis`, whose columns are first sorted by their Rayleigh quotients, the largest first.
/// Returns where each column came from.
std::vector<Index> follow_basis(const Matrix& factor, Matrix& basis) {
  const Vector quotients = (basis.transpose() * factor * basis).diagonal();
  std::vector<Index> order(static_cast<std::size_t>(quotients.size()));
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::stable_sort(order, [&](Index a, Index b) { return quotients(a) > quotients(b); });
  basis = factor * Matrix(basis(Eigen::all, order));
  orthonormalise(basis);
  return order;
}

class Soap final : public Rule {
 public:
  Soap(const Adam::Constants& constants, long frequency) : c_(constants), frequency_(frequency) {}

  void update(const Vector& gradient, const Parameters& at, Vector& out) override {
    ++step_;
    if (layers_.empty())
      for (const Block& shape : at.blocks) {
        const Index outputs = shape.inputs > 0 ? shape.outputs : 0;  // a layer of biases alone has no matrix
        layers_.push_back({Matrix::Zero(outputs, outputs),
                           Matrix::Zero(shape.inputs, shape.inputs),
                           {},
                           {},
                           Matrix::Zero(outputs, shape.inputs),
                           Matrix::Zero(outputs, shape.inputs)});
      }
    out = step_ > 1 ? bias_step(gradient) : Vector(Vector::Zero(gradient.size()));
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      if (at.blocks[l].inputs == 0) continue;
      Layer& layer = layers_[l];
      const Matrix g = layer_weights(gradient, at.blocks[l]);
      if (step_ > 1) set_layer_weights(step(layer, g), at.blocks[l], out);
      layer.left = c_.beta2 * layer.left + (1.0 - c_.beta2) * g * g.transpose();
      layer.right = c_.beta2 * layer.right + (1.0 - c_.beta2) * g.transpose() * g;
      if (step_ == 1 || (step_ - 1) % frequency_ == 0) refresh_basis(layer);
    }
    if (c_.weight_decay > 0 && step_ > 1) out -= c_.rate * c_.weight_decay * (at.theta + out);
  }
  [[nodiscard]] double bytes(Index parameters) const override { return 40.0 * static_cast<double>(parameters); }
  // Factors and bases of both sides and two moments, of every layer; of the largest, what its decomposition works in.
  [[nodiscard]] double matrix_bytes(std::span<const Block> blocks) const override {
    double kept = 0, most = 0;
    for (const Block& block : blocks) {
      if (block.inputs == 0) continue;
      const auto a = static_cast<double>(block.outputs), b = static_cast<double>(block.inputs);
      kept += 2 * (a * a + b * b + a * b);
      most = std::max(most, 3 * std::max(a, b) * std::max(a, b) + 4 * a * b);
    }
    return 8 * (kept + most);
  }
  // Two factors, two rotations forth and back; every `frequency` steps a product and a QR factorisation of each basis.
  [[nodiscard]] double operations(const Parameters& at) const override {
    const auto often = static_cast<double>(frequency_);
    return 2 * Rule::operations(at) + over_layers(at, [often](double a, double b) {
             return 6 * a * b * (a + b) + 16.0 / 3.0 * (a * a * a + b * b * b) / often;
           });
  }

 private:
  struct Layer {
    Matrix left, right, left_basis, right_basis, first, second;
  };

  void refresh_basis(Layer& layer) const {
    if (layer.left_basis.size() == 0) {
      layer.left_basis = layer.left;
      layer.right_basis = layer.right;
      const bool found = eigenvectors(layer.left_basis) && eigenvectors(layer.right_basis);
      if (!found) layer.left_basis.setConstant(std::nan(""));
      return;
    }
    const std::vector<Index> rows = follow_basis(layer.left, layer.left_basis);
    const std::vector<Index> cols = follow_basis(layer.right, layer.right_basis);
    layer.second = Matrix(layer.second(rows, cols));
  }

  // The first call took no step.
  [[nodiscard]] double unbiased_rate() const {
    const auto number = static_cast<double>(step_ - 1);
    return c_.rate * std::sqrt(1.0 - std::pow(c_.beta2, number)) / (1.0 - std::pow(c_.beta1, number));
  }

  // Of all weights as if none had a basis; the layers' are replaced.
  [[nodiscard]] Vector bias_step(const Vector& gradient) {
    if (first_.size() == 0) first_ = second_ = Vector::Zero(gradient.size());
    first_ = c_.beta1 * first_ + (1.0 - c_.beta1) * gradient;
    second_ = c_.beta2 * second_ + (1.0 - c_.beta2) * gradient.cwiseAbs2();
    return -unbiased_rate() * (first_.array() / (second_.array().sqrt() + c_.epsilon)).matrix();
  }

  [[nodiscard]] Matrix step(Layer& layer, const Matrix& gradient) const {
    layer.first = c_.beta1 * layer.first + (1.0 - c_.beta1) * gradient;
    const Matrix turned = layer.left_basis.transpose() * gradient * layer.right_basis;
    layer.second = c_.beta2 * layer.second + (1.0 - c_.beta2) * turned.cwiseAbs2();
    const Matrix moment = layer.left_basis.transpose() * layer.first * layer.right_basis;
    const Matrix scaled = moment.array() / (layer.second.array().sqrt() + c_.epsilon);
    return -unbiased_rate() * layer.left_basis * scaled * layer.right_basis.transpose();
  }

  Adam::Constants c_;
  long frequency_;
  long step_ = 0;
  std::vector<Layer> layers_;
  Vector first_, second_;
};

}  // namespace

PartDefinition rule_soap() {
  return {.summary = "Adam in the eigenbasis of Shampoo",
          .citation = "Vyas et al., ICLR 2025 (arXiv 2409.11321)",
          .settings = adam_settings(
              3e-3, 0.95, 0.95,
              {weight_decay_setting(0.01), integer_setting("frequency", 10, 1, 1e6, "steps between two bases")}),
          .make = [](const Settings& settings) {
            return std::make_unique<Soap>(adam_constants(settings), settings.integer("frequency"));
          }};
}

}  // namespace physgrad::parts
