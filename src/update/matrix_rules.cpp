// Rules that know which parameters form matrices, and the one that looks at all parameters together.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "physgrad/linalg/backend.hpp"
#include "physgrad/update/rules.hpp"

namespace physgrad {
namespace {

/// The symmetric matrix becomes its eigenvectors; false where no method converged.
bool eigenvectors(Matrix& matrix) {
  Vector values(matrix.rows());
  return default_backend().symmetric_eigen(matrix, values);
}

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const RowMajor> weights_of(const Vector& all, const Block& block) {
  return {all.data() + block.weights, block.outputs, block.inputs};
}

void set_weights(const Matrix& values, const Block& block, Vector& all) {
  Eigen::Map<RowMajor>(all.data() + block.weights, block.outputs, block.inputs) = values;
}

void copy_biases(std::span<const Block> blocks, const Vector& from, Vector& to) {
  for (const Block& block : blocks) to.segment(block.biases, block.outputs) = from.segment(block.biases, block.outputs);
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

}  // namespace

Matrix Muon::orthogonalised(const Matrix& matrix) {
  // The quintic's coefficients are the author's: steep at 0, so that small singular values grow fast.
  constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
  const bool tall = matrix.rows() > matrix.cols();
  Matrix x = tall ? Matrix(matrix.transpose()) : matrix;
  x /= std::max(x.norm(), 1e-7);
  for (int i = 0; i < 5; ++i) {
    const Matrix gram = x * x.transpose();
    const Matrix polynomial = b * gram + c * gram * gram;
    x = a * x + polynomial * x;
  }
  return tall ? Matrix(x.transpose()) : x;
}

void Muon::update(const Vector& gradient, const Parameters& at, Vector& out) {
  if (momentum_.size() == 0) momentum_ = Vector::Zero(gradient.size());
  momentum_ = c_.momentum * momentum_ + (1.0 - c_.momentum) * gradient;
  out = c_.nesterov ? Vector((1.0 - c_.momentum) * gradient + c_.momentum * momentum_) : momentum_;
  for (const Block& block : at.blocks) {
    if (block.inputs == 0) continue;
    const double aspect = static_cast<double>(block.outputs) / static_cast<double>(block.inputs);
    set_weights(-c_.rate * std::sqrt(std::max(1.0, aspect)) * orthogonalised(weights_of(out, block)), block, out);
  }
  if (c_.weight_decay > 0) out -= c_.rate * c_.weight_decay * at.theta;
  biases_.update(gradient, at, bias_step_);
  copy_biases(at.blocks, bias_step_, out);
}

void Soap::refresh_basis(Layer& layer) const {
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

Matrix Soap::step(Layer& layer, const Matrix& gradient) const {
  const auto number = static_cast<double>(step_ - 1);  // the first call took no step
  layer.first = c_.beta1 * layer.first + (1.0 - c_.beta1) * gradient;
  const Matrix turned = layer.left_basis.transpose() * gradient * layer.right_basis;
  layer.second = c_.beta2 * layer.second + (1.0 - c_.beta2) * turned.cwiseAbs2();
  const Matrix moment = layer.left_basis.transpose() * layer.first * layer.right_basis;
  const double rate = c_.rate * std::sqrt(1.0 - std::pow(c_.beta2, number)) / (1.0 - std::pow(c_.beta1, number));
  const Matrix scaled = moment.array() / (layer.second.array().sqrt() + c_.epsilon);
  return -rate * layer.left_basis * scaled * layer.right_basis.transpose();
}

void Soap::update(const Vector& gradient, const Parameters& at, Vector& out) {
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
  out = Vector::Zero(gradient.size());
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (at.blocks[l].inputs == 0) continue;
    Layer& layer = layers_[l];
    const Matrix g = weights_of(gradient, at.blocks[l]);
    if (step_ > 1) set_weights(step(layer, g), at.blocks[l], out);
    layer.left = c_.beta2 * layer.left + (1.0 - c_.beta2) * g * g.transpose();
    layer.right = c_.beta2 * layer.right + (1.0 - c_.beta2) * g.transpose() * g;
    if (step_ == 1 || (step_ - 1) % c_.frequency == 0) refresh_basis(layer);
  }
  if (c_.weight_decay > 0 && step_ > 1) out -= c_.rate * c_.weight_decay * at.theta;
  biases_.update(gradient, at, bias_step_);
  copy_biases(at.blocks, bias_step_, out);
}

void FullAdagrad::update(const Vector& gradient, const Parameters& /*at*/, Vector& out) {
  const Index used = std::min<Index>(seen_ + 1, window_), column = seen_ % window_;
  if (history_.size() == 0) history_.resize(gradient.size(), window_);
  auto history = history_.leftCols(used);
  history *= fade_;
  history.col(column) = gradient;
  ++seen_;
  // (G G^T)^{1/2} + epsilon on the span of G = U S V^T, which holds g = G e_column: with S^2, V of G^T G,
  // (U S U^T + epsilon)^{-1} g = G V (S + epsilon)^{-1} V^T e_column.
  Matrix vectors = history.transpose() * history;
  Vector squares(vectors.rows());
  if (!vectors.allFinite() || !default_backend().symmetric_eigen(vectors, squares)) {
    out = Vector::Constant(gradient.size(), std::nan(""));
    return;
  }
  const double largest = squares(squares.size() - 1);
  Vector weights = vectors.row(column).transpose();
  for (Index i = 0; i < weights.size(); ++i) {
    // Below round-off of the Gram matrix a direction is noise.
    const double value = std::sqrt(std::max(0.0, squares(i)));
    weights(i) = squares(i) > 1e-14 * largest ? weights(i) / (value + epsilon_) : 0.0;
  }
  out.noalias() = -rate_ * history * (vectors * weights);
}

namespace {

/// The sum over layers of `cost` of the two sides of their weights.
template <class Cost>
double over_layers(const Parameters& at, Cost cost) {
  double sum = 0;
  for (const Block& block : at.blocks)
    sum += cost(static_cast<double>(block.outputs), static_cast<double>(block.inputs));
  return sum;
}

}  // namespace

// Five steps of three products on the smaller side.
double Muon::operations(const Parameters& at) const {
  return Rule::operations(at) + over_layers(at, [](double a, double b) {
           const double small = std::min(a, b);
           return 5 * (4 * small * small * std::max(a, b) + 2 * small * small * small);
         });
}

// Factors and bases of both sides and two moments, of every layer; of the largest, what its decomposition works in.
double Soap::matrix_bytes(std::span<const Block> blocks) const {
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
double Soap::operations(const Parameters& at) const {
  const auto often = static_cast<double>(c_.frequency);
  return 2 * Rule::operations(at) + over_layers(at, [often](double a, double b) {
           return 6 * a * b * (a + b) + 16.0 / 3.0 * (a * a * a + b * b * b) / often;
         });
}

// The new gradient against the kept ones, an eigendecomposition of their products, and a combination of them.
double FullAdagrad::operations(const Parameters& at) const {
  const auto window = static_cast<double>(window_);
  return 2 * static_cast<double>(at.theta.size()) * window * (window + 2) + 9 * window * window * window;
}

}  // namespace physgrad
