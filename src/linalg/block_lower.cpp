#include "physgrad/linalg/block_lower.hpp"

#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad {
namespace {

void copy_lower(const Matrix& from, BlockLower& to) {
  for (Index j = 0; j < to.blocks(); ++j) {
    const Index height = to.order() - to.start(j);
    to.column(j) = from.block(to.start(j), to.start(j), height, to.columns(j));
  }
}

}  // namespace

BlockLower::BlockLower(Index order, Index width) : order_(order), width_(width) {
  offsets_.push_back(0);
  for (Index j = 0; j < blocks(); ++j) {
    const Index stored = std::min(width_, padded() - start(j));
    offsets_.push_back(offsets_.back() + stored * stride(j));
  }
  data_.resize(offsets_.back());
}

void BlockLower::clear_padding() {
  for (Index j = 0; j < blocks(); ++j) {
    const Index rows = order_ - start(j), stored = std::min(width_, padded() - start(j));
    Eigen::Map<Matrix> all(data_.data() + offset(j), stride(j), stored);
    all.bottomRows(stride(j) - rows).setZero();
    all.rightCols(stored - columns(j)).setZero();
  }
}

BlockLower block_lower(const Matrix& matrix, Index width) {
  BlockLower result(matrix.rows(), width);
  copy_lower(matrix, result);
  return result;
}

double trace(const BlockLower& a) {
  double sum = 0;
  for (Index j = 0; j < a.blocks(); ++j) sum += a.column(j).diagonal().sum();
  return sum;
}

bool all_finite(const BlockLower& a) {
  for (Index j = 0; j < a.blocks(); ++j) {
    const auto block = a.column(j);
    // What is not finite is not zero times anything.
    for (Index k = 0; k < block.cols(); ++k)
      if ((0.0 * block.col(k).tail(block.rows() - k)).sum() != 0) return false;
  }
  return true;
}

void scale(BlockLower& a, double factor) {
  for (Index j = 0; j < a.blocks(); ++j) {
    auto block = a.column(j);
    for (Index k = 0; k < block.cols(); ++k) block.col(k).tail(block.rows() - k) *= factor;
  }
}

void JacobianOperator::gram_lower(BlockLower& out) { copy_lower(gram(), out); }

}  // namespace physgrad
