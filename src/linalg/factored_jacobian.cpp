#include "physgrad/linalg/factored_jacobian.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "physgrad/core/parallel.hpp"
#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {
namespace {

// Vectors of a block that one thread has together: as many as products take at once.
constexpr Index kVectorsTogether = 16;
constexpr Index kAcrossDiagonal = 32;

}  // namespace

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

std::vector<FactoredJacobian::Tile> FactoredJacobian::tiles(Index width) const {
  std::vector<Tile> result;
  for (Index block = 0; block * kGramTileRows < rows(); ++block) {
    const Index row = block * kGramTileRows, end = std::min(row + kGramTileRows, rows());
    for (Index column = 0; column < end;) {
      // Across the diagonal narrow ones, which waste less above it.
      const Index whole = std::min(width - column % width, rows() - column);
      const Index cols = column < row ? whole : std::min(kAcrossDiagonal, whole);
      const Index top = std::max(row, column);
      result.push_back({block, top, column, end - top, cols});
      column += cols;
    }
  }
  return result;
}

void FactoredJacobian::pack(Index block, Filling& filling) const {
  const Index row = block * kGramTileRows, count = std::min(kGramTileRows, rows() - row);
  filling.block = block;
  filling.packed.resize(layers_.size());
  for (std::size_t l = 0; l < layers_.size(); ++l) layers_[l].pack(row, count, filling.packed[l]);
}

// A tile is the same whoever fills it.
template <class To, class Done>
void FactoredJacobian::fill(const std::vector<Tile>& tiles, const To& to, const Done& done) const {
  std::atomic<std::size_t> next{0};
  parallel(threads(), [&](const Member&) {
    Filling filling;
    for (std::size_t t = next++; t < tiles.size(); t = next++) {
      const Tile& tile = tiles[t];
      if (tile.block != filling.block) pack(tile.block, filling);
      for (std::size_t l = 0; l < layers_.size(); ++l)
        layers_[l].add_to_tile(filling.packed[l], tile.row, tile.column, l == 0, to(tile), filling.scratch);
      done(tile);
    }
  });
}

Matrix FactoredJacobian::padded_gram(Index multiple) {
  prepare();
  Matrix total = padded_square(rows(), multiple);
  const auto block = [&](const Tile& tile) { return total.block(tile.row, tile.column, tile.rows, tile.cols); };
  fill(tiles(kGramTileRows), block, [&](const Tile& tile) {
    const Index below = std::max(tile.row, tile.column + tile.cols), count = tile.row + tile.rows - below;
    total.block(tile.column, below, tile.cols, count) = total.block(below, tile.column, count, tile.cols).transpose();
  });
  return total;
}

void FactoredJacobian::gram_lower(BlockLower& out) {
  prepare();
  const auto block = [&](const Tile& tile) {
    const Index j = tile.column / out.width(), first = out.start(j);
    return out.column(j).block(tile.row - first, tile.column - first, tile.rows, tile.cols);
  };
  fill(tiles(out.width()), block, [](const Tile&) {});
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
  parallel(threads(), [&](const Member& me) {
    const Member::Range mine = me.share(0, v.cols(), kVectorsTogether);
    for (const LayerJacobian& layer : layers_) layer.add_times_many(v, mine, result);
  });
  return result;
}

Matrix FactoredJacobian::transpose_times_many(const Matrix& w) {
  prepare();
  Matrix result(cols(), w.cols());
  parallel(threads(), [&](const Member& me) {
    const Member::Range mine = me.share(0, w.cols(), kVectorsTogether);
    for (const LayerJacobian& layer : layers_) layer.put_transpose_times_many(w, mine, result);
  });
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
