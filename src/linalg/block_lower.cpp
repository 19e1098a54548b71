#include "linalg/block_lower.hpp"

#include "linalg/partial_inverse.hpp"

namespace physgrad {
namespace {

void copy_lower(const Matrix& from, BlockLower& to) {
  for (Index j = 0; j < to.blocks(); ++j) {
    const Index height = to.order() - to.start(j);
    to.column(j) = from.block(to.start(j), to.start(j), height, to.columns(j));
  }
}

}  // namespace

BlockLower block_lower(const Matrix& matrix, Index width) {
  BlockLower result(matrix.rows(), width);
  copy_lower(matrix, result);
  return result;
}

void JacobianOperator::gram_lower(BlockLower& out) { copy_lower(gram(), out); }

}  // namespace physgrad
