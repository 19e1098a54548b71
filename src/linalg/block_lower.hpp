#pragma once
// Internal to linalg: the lower triangle of a symmetric matrix in half the memory.
#include <algorithm>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// Symmetric A [order x order] in block columns of `width` columns (the last may have fewer). Block column j holds the
/// rows from j * width down, column-major and contiguous, about order^2 / 2 + order * width / 2 numbers in all. Its
/// leading square is the diagonal block, with room for both triangles; only the lower one is defined.
class BlockLower {
 public:
  /// Entries are uninitialised. Throws nothing; order >= 0, width > 0.
  BlockLower(Index order, Index width) : order_(order), width_(width), data_(offset(blocks())) {}

  [[nodiscard]] Index order() const { return order_; }
  [[nodiscard]] Index width() const { return width_; }
  [[nodiscard]] Index blocks() const { return (order_ + width_ - 1) / width_; }
  /// First row and column of block column j.
  [[nodiscard]] Index start(Index j) const { return j * width_; }
  /// Columns of block column j.
  [[nodiscard]] Index columns(Index j) const { return std::min(width_, order_ - start(j)); }

  /// Block column j: [order - start(j) x columns(j)].
  [[nodiscard]] Eigen::Map<Matrix> column(Index j) { return {data_.data() + offset(j), order_ - start(j), columns(j)}; }
  [[nodiscard]] Eigen::Map<const Matrix> column(Index j) const {
    return {data_.data() + offset(j), order_ - start(j), columns(j)};
  }
  /// A(i, j), i >= j.
  [[nodiscard]] double operator()(Index i, Index j) const {
    return column(j / width_)(i - start(j / width_), j % width_);
  }

 private:
  // Numbers before block column j, of which all but the last are full.
  [[nodiscard]] Index offset(Index j) const {
    const Index columns_before = std::min(start(j), order_);
    if (j == 0) return 0;
    const Index full = width_ * ((j - 1) * order_ - width_ * (j - 1) * (j - 2) / 2);
    return full + (columns_before - start(j - 1)) * (order_ - start(j - 1));
  }

  Index order_;
  Index width_;
  Vector data_;
};

/// The lower triangle of a square matrix.
[[nodiscard]] BlockLower block_lower(const Matrix& matrix, Index width);
[[nodiscard]] double trace(const BlockLower& a);
[[nodiscard]] bool all_finite(const BlockLower& a);
/// A := factor A.
void scale(BlockLower& a, double factor);

}  // namespace physgrad
