#include "physgrad/update/joint_jacobian.hpp"

#include <algorithm>

#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {
namespace {

// Rows of a tile of the Gram matrix: small enough that a layer's share of it stays in the cache until it is added.
constexpr Index kTileRows = 128;

}  // namespace

double gram_tile_bytes(Index order, Index outputs) {
  const Index side = std::min(order, kTileRows);
  const Index samples = std::min(side, side / outputs + 1);
  return 8.0 * static_cast<double>(side * side + side * samples + samples * samples);
}

const std::vector<Matrix>& JointJacobian::sensitivities() {
  if (sensitivities_) return *sensitivities_;
  const NetworkLinearization& network = at_.network();
  if (physics_) {
    const Matrix& seeds = at_.control_adjoints();
    const PhaseScope scope(at_.clock(), Phase::derivative);
    const HeapUseScope use(at_.clock(), HeapUse::network);
    network.sensitivities(seeds, sensitivities_.emplace());
  } else {
    const PhaseScope scope(at_.clock(), Phase::derivative);
    const HeapUseScope use(at_.clock(), HeapUse::network);
    network.sensitivities(Matrix::Identity(outputs(), outputs()).replicate(1, at_.samples()), sensitivities_.emplace());
  }
  at_.count_network_vjps(rows());
  return *sensitivities_;
}

void JointJacobian::count_gram() {
  // The lower triangle: a product of sensitivities per pair of rows, of layer inputs per pair of samples.
  double per_pair = 0, per_sample_pair = 0;
  for (const LayerShape& layer : at_.problem().network.layers()) {
    per_pair += static_cast<double>(layer.outputs + 1);
    per_sample_pair += static_cast<double>(layer.inputs);
  }
  const auto m = static_cast<double>(rows()), b = static_cast<double>(at_.samples());
  at_.costs().flops += m * m * per_pair + b * b * per_sample_pair;
}

const Matrix& JointJacobian::dense() {
  if (dense_) return *dense_;
  const std::vector<Matrix>& delta = sensitivities();
  const Index dy = outputs();
  const PhaseScope scope(at_.clock(), Phase::derivative);
  const HeapUseScope use(at_.clock(), HeapUse::jacobian);
  dense_.emplace(rows(), cols());
  at_.costs().flops += static_cast<double>(rows()) * static_cast<double>(cols());
  const auto& layers = at_.problem().network.layers();
  for (std::size_t l = 0; l < layers.size(); ++l) {
    // Transposed copies make every column of J a product of two contiguous vectors.
    const Matrix sensitivity = delta[l].transpose();
    Matrix input(rows(), layers[l].inputs);
    const Matrix& values = at_.network().layer_input(l);
    for (Index i = 0; i < at_.samples(); ++i) input.middleRows(i * dy, dy).rowwise() = values.col(i).transpose();
    for (Index o = 0; o < layers[l].outputs; ++o)
      for (Index k = 0; k < layers[l].inputs; ++k)
        dense_->col(layers[l].weights + o * layers[l].inputs + k) = sensitivity.col(o).cwiseProduct(input.col(k));
    dense_->middleCols(layers[l].biases, layers[l].outputs) = sensitivity;
  }
  return *dense_;
}

void JointJacobian::fill_tile(Index row, Index column, Eigen::Ref<Matrix> tile) {
  const Index dy = outputs();
  const Index first_i = row / dy, last_i = (row + tile.rows() - 1) / dy;
  const Index first_j = column / dy, last_j = (column + tile.cols() - 1) / dy;
  factors_.resize(tile.rows(), last_j - first_j + 1);
  for (std::size_t l = 0; l < sensitivities_->size(); ++l) {
    const Matrix& delta = (*sensitivities_)[l];
    const Matrix& values = at_.network().layer_input(l);
    inputs_.noalias() =
        values.middleCols(first_i, last_i - first_i + 1).transpose() * values.middleCols(first_j, last_j - first_j + 1);
    for (Index r = 0; r < tile.rows(); ++r)
      factors_.row(r) = (inputs_.row((row + r) / dy - first_i).array() + 1.0).matrix();
    part_.noalias() = delta.middleCols(row, tile.rows()).transpose() * delta.middleCols(column, tile.cols());
    for (Index c = 0; c < tile.cols(); ++c) {
      const auto share = factors_.col((column + c) / dy - first_j).cwiseProduct(part_.col(c));
      if (l == 0)
        tile.col(c) = share;
      else
        tile.col(c) += share;
    }
  }
}

Matrix JointJacobian::gram() { return padded_gram(1); }

Matrix JointJacobian::padded_gram(Index multiple) {
  (void)sensitivities();
  count_gram();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  const HeapUseScope use(at_.clock(), HeapUse::jacobian);
  Matrix total = padded_square(rows(), multiple);
  for (Index column = 0; column < rows(); column += kTileRows) {
    const Index width = std::min(kTileRows, rows() - column);
    for (Index row = column; row < rows(); row += kTileRows) {
      auto tile = total.block(row, column, std::min(kTileRows, rows() - row), width);
      fill_tile(row, column, tile);
      if (row != column) total.block(column, row, width, tile.rows()) = tile.transpose();
    }
  }
  forget_tiles();
  return total;
}

void JointJacobian::gram_lower(BlockLower& out) {
  (void)sensitivities();
  count_gram();
  const PhaseScope scope(at_.clock(), Phase::linear_algebra);
  for (Index j = 0; j < out.blocks(); ++j) {
    const Index column = out.start(j);
    auto block = out.column(j);
    for (Index row = column; row < rows(); row += kTileRows)
      fill_tile(row, column, block.middleRows(row - column, std::min(kTileRows, rows() - row)));
  }
  forget_tiles();
  sensitivities_.reset();
}

// The decomposition that follows has their room.
void JointJacobian::forget_tiles() {
  part_.resize(0, 0);
  inputs_.resize(0, 0);
  factors_.resize(0, 0);
}

double JointJacobian::squared_norm() {
  const std::vector<Matrix>& delta = sensitivities();
  const Index dy = outputs();
  double sum = 0;
  for (std::size_t l = 0; l < delta.size(); ++l) {
    const Vector inputs = at_.network().layer_input(l).colwise().squaredNorm().transpose().array() + 1.0;
    for (Index i = 0; i < at_.samples(); ++i) sum += inputs[i] * delta[l].middleCols(i * dy, dy).squaredNorm();
  }
  return sum;
}

Vector JointJacobian::times(const Vector& v) {
  const Matrix dx = at_.network_jvp(v);
  if (!physics_) return dx.reshaped();
  if (!at_.has_control_adjoints()) return at_.physics_jvp(dx).reshaped();
  // With the control Jacobians at hand a product per sample replaces a pass through the simulator's tangent.
  const Matrix& adjoints = at_.control_adjoints();
  const Index dy = outputs();
  Vector result(rows());
  for (Index i = 0; i < at_.samples(); ++i)
    result.segment(i * dy, dy).noalias() = adjoints.middleCols(i * dy, dy).transpose() * dx.col(i);
  return result;
}

Vector JointJacobian::transpose_times(const Vector& w) {
  const Index dy = outputs();
  Vector result;
  if (!physics_) {
    at_.network_vjp(w.reshaped(dy, at_.samples()), result);
    return result;
  }
  if (!at_.has_control_adjoints()) {
    at_.network_vjp(at_.physics_vjp(w.reshaped(dy, at_.samples())), result);
    return result;
  }
  const Matrix& adjoints = at_.control_adjoints();
  Matrix seed(adjoints.rows(), at_.samples());
  for (Index i = 0; i < at_.samples(); ++i)
    seed.col(i).noalias() = adjoints.middleCols(i * dy, dy) * w.segment(i * dy, dy);
  at_.network_vjp(seed, result);
  return result;
}

}  // namespace physgrad
