#pragma once
// Internal to linalg: the lower triangle of a symmetric matrix in half the memory.
#include <algorithm>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

/// Symmetric A [order x order] in block columns of `width` columns (the last may have fewer). Block column j holds the
/// rows from j * width down, about order^2 / 2 + order * width / 2 numbers in all. Its leading square is the diagonal
/// block, with room for both triangles; only the lower one is defined.
///
/// Columns are padded with zeros to a multiple of kMultiple rows, and so is the number of columns, for the registers of
/// any processor; their distance is an odd multiple, because columns at distances of powers of two evict each other
/// from a cache.
class BlockLower {
 public:
  static constexpr Index kMultiple = 8;
  using Column = Eigen::Map<Matrix, Eigen::Aligned16, Eigen::OuterStride<>>;
  using ConstColumn = Eigen::Map<const Matrix, Eigen::Aligned16, Eigen::OuterStride<>>;

  /// Entries are uninitialised. Throws nothing; order >= 0, width > 0.
  BlockLower(Index order, Index width);

  [[nodiscard]] Index order() const { return order_; }
  /// The order with its padding.
  [[nodiscard]] Index padded() const { return (order_ + kMultiple - 1) / kMultiple * kMultiple; }
  [[nodiscard]] Index width() const { return width_; }
  [[nodiscard]] Index blocks() const { return (order_ + width_ - 1) / width_; }
  /// First row and column of block column j.
  [[nodiscard]] Index start(Index j) const { return j * width_; }
  /// Columns of block column j.
  [[nodiscard]] Index columns(Index j) const { return std::min(width_, order_ - start(j)); }
  /// Distance of the columns of block column j, in numbers.
  [[nodiscard]] Index stride(Index j) const {
    return ((padded() - start(j) + kMultiple - 1) / kMultiple | 1) * kMultiple;
  }

  /// Block column j: [order - start(j) x columns(j)].
  [[nodiscard]] Column column(Index j) {
    return {data_.data() + offset(j), order_ - start(j), columns(j), Eigen::OuterStride<>(stride(j))};
  }
  [[nodiscard]] ConstColumn column(Index j) const {
    return {data_.data() + offset(j), order_ - start(j), columns(j), Eigen::OuterStride<>(stride(j))};
  }
  /// A(i, j), i >= j.
  [[nodiscard]] double operator()(Index i, Index j) const {
    return column(j / width_)(i - start(j / width_), j % width_);
  }
  /// Where A(i, j) is, i >= start of j's block column; padding included.
  [[nodiscard]] double* at(Index i, Index j) {
    const Index block = j / width_;
    return data_.data() + offset(block) + (j - start(block)) * stride(block) + i - start(block);
  }
  /// Zeros where columns are padded, and in the columns that are.
  void clear_padding();

 private:
  [[nodiscard]] Index offset(Index j) const { return offsets_[static_cast<std::size_t>(j)]; }

  Index order_;
  Index width_;
  std::vector<Index> offsets_;  // numbers before each block column
  Vector data_;
};

/// The lower triangle of a square matrix.
[[nodiscard]] BlockLower block_lower(const Matrix& matrix, Index width);
[[nodiscard]] double trace(const BlockLower& a);
[[nodiscard]] bool all_finite(const BlockLower& a);
/// A := factor A.
void scale(BlockLower& a, double factor);

}  // namespace physgrad
