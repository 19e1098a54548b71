#include "physgrad/linalg/layer_jacobian.hpp"

#include <algorithm>

namespace physgrad {
namespace {

/// The part of J^T that one row's sensitivities [out x U] and inputs [in x U] are: weights row-major, then biases.
template <class Sensitivities, class Inputs, class Column>
void form_row(const Sensitivities& sensitivities, const Inputs& inputs, Column column) {
  const Index in = inputs.rows(), out = sensitivities.rows();
  if (in > 0) Eigen::Map<Matrix>(column.data(), in, out).noalias() = inputs * sensitivities.transpose();
  column.tail(out) = sensitivities.rowwise().sum();
}

}  // namespace

void LayerJacobian::take(Factor& factor, Index first) {
  inputs_ = factor.inputs;
  const Index uses = block_.uses, count = factor.sensitivities.cols() / uses;
  if (formed()) {
    columns_.resize(matrix_size() + block_.outputs, rows_);
    for (Index r = 0; r < count; ++r)
      form_row(factor.sensitivities.middleCols(r * uses, uses), inputs_of((first + r) / per_sample_),
               columns_.col(first + r));
  } else if (count == rows_) {
    sensitivities_.swap(factor.sensitivities);
  } else {
    sensitivities_.resize(block_.outputs, rows_ * uses);
    sensitivities_.middleCols(first * uses, count * uses) = factor.sensitivities;
  }
}

void LayerJacobian::add_to_tile(Index row, Index column, bool overwrite, Eigen::Ref<Matrix> tile,
                                GramTile& scratch) const {
  if (block_.uses == 1 && !formed()) return fill_tile_once(row, column, overwrite, tile, scratch);
  if (overwrite) tile.setZero();
  if (formed())
    tile.noalias() += columns_.middleCols(row, tile.rows()).transpose() * columns_.middleCols(column, tile.cols());
  else
    add_pairs(row, column, tile, scratch);
}

// Of a layer that is used once: (d(r) . d(c)) (a(i) . a(j) + 1).
void LayerJacobian::fill_tile_once(Index row, Index column, bool overwrite, Eigen::Ref<Matrix> tile,
                                   GramTile& scratch) const {
  const Index dy = per_sample_;
  const Index first_i = row / dy, last_i = (row + tile.rows() - 1) / dy;
  const Index first_j = column / dy, last_j = (column + tile.cols() - 1) / dy;
  scratch.factors.resize(tile.rows(), last_j - first_j + 1);
  scratch.inputs.noalias() = inputs_->middleCols(first_i, last_i - first_i + 1).transpose() *
                             inputs_->middleCols(first_j, last_j - first_j + 1);
  for (Index r = 0; r < tile.rows(); ++r)
    scratch.factors.row(r) = (scratch.inputs.row((row + r) / dy - first_i).array() + 1.0).matrix();
  scratch.part.noalias() =
      sensitivities_.middleCols(row, tile.rows()).transpose() * sensitivities_.middleCols(column, tile.cols());
  for (Index c = 0; c < tile.cols(); ++c) {
    const auto share = scratch.factors.col((column + c) / dy - first_j).cwiseProduct(scratch.part.col(c));
    if (overwrite)
      tile.col(c) = share;
    else
      tile.col(c) += share;
  }
}

// Of samples i and j, with A = a(j)^T a(i) + 1 of every two uses: the sum over uses of D(r) and D(c) A, which are
// vectors of outputs*uses numbers, so that all rows of i meet all rows of j in one product.
void LayerJacobian::add_pairs(Index row, Index column, Eigen::Ref<Matrix> tile, GramTile& scratch) const {
  const Index dy = per_sample_, uses = block_.uses, length = block_.outputs * uses;
  const Eigen::Map<const Matrix> vectors(sensitivities_.data(), length, rows_);
  const Index end_row = row + tile.rows(), end_column = column + tile.cols();
  for (Index c = column; c < end_column;) {
    const Index j = c / dy, next_c = std::min(end_column, (j + 1) * dy);
    for (Index r = row; r < end_row;) {
      const Index i = r / dy, next_r = std::min(end_row, (i + 1) * dy);
      scratch.inputs.noalias() = inputs_of(j).transpose() * inputs_of(i);
      scratch.inputs.array() += 1.0;
      scratch.part.resize(length, next_c - c);
      for (Index k = c; k < next_c; ++k)
        Eigen::Map<Matrix>(scratch.part.col(k - c).data(), block_.outputs, uses).noalias() =
            sensitivities_of(k) * scratch.inputs;
      tile.block(r - row, c - column, next_r - r, next_c - c).noalias() +=
          vectors.middleCols(r, next_r - r).transpose() * scratch.part;
      r = next_r;
    }
    c = next_c;
  }
}

void LayerJacobian::put_dense(Matrix& jacobian) const {
  if (block_.uses == 1 && !formed()) return put_dense_once(jacobian);
  Vector column(matrix_size() + block_.outputs);
  for (Index r = 0; r < rows_; ++r) {
    if (formed())
      column = columns_.col(r);
    else
      form_row(sensitivities_of(r), inputs_of(r / per_sample_), column.head(column.size()));
    jacobian.row(r).segment(block_.weights, matrix_size()) = column.head(matrix_size()).transpose();
    jacobian.row(r).segment(block_.biases, block_.outputs) = column.tail(block_.outputs).transpose();
  }
}

void LayerJacobian::put_dense_once(Matrix& jacobian) const {
  // Transposed copies make every column of J a product of two contiguous vectors.
  const Index dy = per_sample_;
  const Matrix sensitivity = sensitivities_.transpose();
  Matrix input(rows_, block_.inputs);
  for (Index i = 0; i < rows_ / dy; ++i) input.middleRows(i * dy, dy).rowwise() = inputs_->col(i).transpose();
  for (Index o = 0; o < block_.outputs; ++o)
    for (Index k = 0; k < block_.inputs; ++k)
      jacobian.col(block_.weights + o * block_.inputs + k) = sensitivity.col(o).cwiseProduct(input.col(k));
  jacobian.middleCols(block_.biases, block_.outputs) = sensitivity;
}

double LayerJacobian::squared_norm() const {
  const Index dy = per_sample_, samples = rows_ / dy;
  if (formed()) return columns_.squaredNorm();
  double sum = 0;
  for (Index i = 0; i < samples; ++i) {
    const Matrix inputs = ((inputs_of(i).transpose() * inputs_of(i)).array() + 1.0).matrix();
    for (Index r = i * dy; r < (i + 1) * dy; ++r)
      sum += sensitivities_of(r).cwiseProduct(sensitivities_of(r) * inputs).sum();
  }
  return sum;
}

void LayerJacobian::add_squared_norm(double& sum) const {
  if (block_.uses > 1 || formed()) {
    sum += squared_norm();
    return;
  }
  const Index dy = per_sample_;
  const Vector inputs = inputs_->colwise().squaredNorm().transpose().array() + 1.0;
  double total = sum;
  for (Index i = 0; i < rows_ / dy; ++i) total += inputs[i] * sensitivities_.middleCols(i * dy, dy).squaredNorm();
  sum = total;
}

void LayerJacobian::add_times(const Vector& v, Vector& result) const {
  if (formed()) {
    result += columns_.topRows(matrix_size()).transpose() * v.segment(block_.weights, matrix_size());
    result += columns_.bottomRows(block_.outputs).transpose() * v.segment(block_.biases, block_.outputs);
    return;
  }
  const Eigen::Map<const Matrix> weights(v.data() + block_.weights, block_.inputs, block_.outputs);
  for (Index i = 0; i < rows_ / per_sample_; ++i) {
    Matrix moved = weights.transpose() * inputs_of(i);
    moved.colwise() += v.segment(block_.biases, block_.outputs);
    for (Index r = i * per_sample_; r < (i + 1) * per_sample_; ++r)
      result[r] += sensitivities_of(r).cwiseProduct(moved).sum();
  }
}

void LayerJacobian::put_transpose_times(const Vector& w, Vector& result) const {
  if (formed()) {
    result.segment(block_.weights, matrix_size()) = columns_.topRows(matrix_size()) * w;
    result.segment(block_.biases, block_.outputs) = columns_.bottomRows(block_.outputs) * w;
    return;
  }
  Eigen::Map<Matrix> weights(result.data() + block_.weights, block_.inputs, block_.outputs);
  weights.setZero();
  result.segment(block_.biases, block_.outputs).setZero();
  for (Index i = 0; i < rows_ / per_sample_; ++i) {
    Matrix sum = Matrix::Zero(block_.outputs, block_.uses);
    for (Index r = i * per_sample_; r < (i + 1) * per_sample_; ++r) sum += w[r] * sensitivities_of(r);
    weights += inputs_of(i) * sum.transpose();
    result.segment(block_.biases, block_.outputs) += sum.rowwise().sum();
  }
}

}  // namespace physgrad
