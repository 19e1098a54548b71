#include "physgrad/linalg/shared_products.hpp"

#include <algorithm>

#include "physgrad/core/parallel.hpp"

namespace physgrad {
namespace {

// Columns of a result that are worth a call, and of which each member has a copy.
constexpr Index kColumnsAtLeast = 16, kColumnsCopied = 32;

}  // namespace

void multiply(const Backend& backend, int threads, const ConstMatrixBlock& a, bool transposed,
              const ConstMatrixBlock& b, MatrixBlock product) {
  if (threads <= 1 || product.cols() < 2 * kColumnsAtLeast) return backend.multiply(a, transposed, b, product);
  parallel(threads, [&](const Member& me) {
    const auto [first, end] = me.share(0, product.cols(), kColumnsAtLeast);
    if (first < end)
      backend.multiply(a, transposed, b.middleCols(first, end - first), product.middleCols(first, end - first));
  });
}

// Blocks of columns from the diagonal down: twice as many as members, one of the long and one of the short ones each.
void multiply_itself(const Backend& backend, int threads, const ConstMatrixBlock& a, bool transposed,
                     MatrixBlock gram) {
  const Index order = gram.rows();
  if (threads <= 1 || order < 4 * kColumnsAtLeast) return backend.gram(a, transposed, gram);
  const auto fill = [&](const Member::Range& columns) {
    const auto [first, end] = columns;
    if (first == end) return;
    const Index below = order - first, count = end - first;
    if (transposed) {
      backend.multiply(a.rightCols(below), true, a.middleCols(first, count), gram.block(first, first, below, count));
      return;
    }
    for (Index column = first; column < end; column += kColumnsCopied) {
      const Index some = std::min(kColumnsCopied, end - column);
      const Matrix right = a.middleRows(column, some).transpose();
      backend.multiply(a.bottomRows(order - column), false, right, gram.block(column, column, order - column, some));
    }
  };
  parallel(threads, [&](const Member& me) {
    fill(Member{me.index, 2 * me.count, nullptr}.share(0, order, kColumnsAtLeast));
    fill(Member{2 * me.count - 1 - me.index, 2 * me.count, nullptr}.share(0, order, kColumnsAtLeast));
  });
  gram.triangularView<Eigen::StrictlyUpper>() = gram.transpose();
}

}  // namespace physgrad
