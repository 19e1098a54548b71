#include "physgrad/linalg/factored_jacobian.hpp"

#include <algorithm>
#include <utility>

#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {

FactoredJacobian::FactoredJacobian(std::span<const Block> blocks, Index samples, Index per_sample, Source source)
    : FactoredJacobian(blocks, samples, per_sample, std::move(source),
                       plan_factors(blocks, samples * per_sample, samples)) {}

FactoredJacobian::FactoredJacobian(std::span<const Block> blocks, Index samples, Index per_sample, Source source,
                                   FactoredPlan plan)
    : blocks_(blocks), samples_(samples), per_sample_(per_sample), source_(std::move(source)), plan_(std::move(plan)) {
  for (const Block& block : blocks_) cols_ += (block.inputs + 1) * block.outputs;
}

void FactoredJacobian::prepare() {
  if (!layers_.empty()) return;
  layers_.reserve(blocks_.size());
  for (std::size_t l = 0; l < blocks_.size(); ++l) layers_.emplace_back(blocks_[l], rows(), per_sample_, plan_.ways[l]);
  std::vector<Factor> factors;
  const Index at_once = plan_.rows_at_once;
  for (Index first = 0; first < rows(); first += at_once) {
    source_(first, std::min(at_once, rows() - first), factors);
    for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].take(factors[l], first);
  }
}

const Matrix& FactoredJacobian::dense() {
  if (dense_) return *dense_;
  prepare();
  dense_.emplace(rows(), cols());
  for (const LayerJacobian& layer : layers_) layer.put_dense(*dense_);
  return *dense_;
}

void FactoredJacobian::pack(Index row) {
  packed_.resize(layers_.size());
  const Index count = std::min(kGramTileRows, rows() - row);
  for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].pack(row, count, packed_[l]);
}

void FactoredJacobian::fill_tile(Index row, Index column, Eigen::Ref<Matrix> tile) {
  for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].add_to_tile(packed_[l], row, column, l == 0, tile, tile_);
}

void FactoredJacobian::forget_tiles() {
  tile_ = {};
  packed_ = {};
}

Matrix FactoredJacobian::padded_gram(Index multiple) {
  prepare();
  Matrix total = padded_square(rows(), multiple);
  for (Index row = 0; row < rows(); row += kGramTileRows) {
    pack(row);
    const Index height = std::min(kGramTileRows, rows() - row);
    for (Index column = 0; column <= row; column += kGramTileRows) {
      auto tile = total.block(row, column, height, std::min(kGramTileRows, rows() - column));
      fill_tile(row, column, tile);
      if (row != column) total.block(column, row, tile.cols(), height) = tile.transpose();
    }
  }
  forget_tiles();  // the decomposition that follows has its room
  return total;
}

void FactoredJacobian::gram_lower(BlockLower& out) {
  prepare();
  for (Index row = 0; row < rows(); row += kGramTileRows) {
    pack(row);
    const Index end = std::min(row + kGramTileRows, rows());
    for (Index j = 0; j < out.blocks() && out.start(j) < end; ++j) {
      const Index column = out.start(j), top = std::max(row, column);
      auto block = out.column(j);
      fill_tile(top, column, block.middleRows(top - column, end - top));
    }
  }
  forget_tiles();
  layers_.clear();
}

Vector FactoredJacobian::times(const Vector& v) {
  prepare();
  Vector result = Vector::Zero(rows());
  for (const LayerJacobian& layer : layers_) layer.add_times(v, result);
  return result;
}

Vector FactoredJacobian::transpose_times(const Vector& w) {
  prepare();
  Vector result(cols());
  for (const LayerJacobian& layer : layers_) layer.put_transpose_times(w, result);
  return result;
}

Matrix FactoredJacobian::times_many(const Matrix& v) {
  prepare();
  Matrix result = Matrix::Zero(rows(), v.cols());
  for (const LayerJacobian& layer : layers_) layer.add_times_many(v, result);
  return result;
}

Matrix FactoredJacobian::transpose_times_many(const Matrix& w) {
  prepare();
  Matrix result(cols(), w.cols());
  for (const LayerJacobian& layer : layers_) layer.put_transpose_times_many(w, result);
  return result;
}

double FactoredJacobian::squared_norm() {
  prepare();
  double sum = 0;
  for (const LayerJacobian& layer : layers_) layer.add_squared_norm(sum);
  return sum;
}

double FactoredJacobian::gram_operations() const {
  double operations = 0;
  for (std::size_t l = 0; l < blocks_.size(); ++l)
    operations += layer_gram_costs(plan_.ways[l], blocks_[l], rows(), samples_).operations;
  return operations;
}

double FactoredJacobian::product_operations() const {
  double operations = 0;
  for (std::size_t l = 0; l < blocks_.size(); ++l) {
    const Block& block = blocks_[l];
    const Index inputs = block.inputs + 1;
    const Index multiplied = plan_.ways[l] == LayerGram::formed
                                 ? inputs * block.outputs * rows()
                                 : block.outputs * block.uses * (rows() + inputs * samples_);
    operations += 2 * static_cast<double>(multiplied);
  }
  return operations;
}

}  // namespace physgrad
