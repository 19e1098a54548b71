#pragma once
// Internal to linalg: a symmetric band matrix to tridiagonal form, B = Z T Z^T, in little memory.
#include <vector>

#include "physgrad/linalg/tridiagonal.hpp"

namespace physgrad {

/// Rows and columns `first` .. `order` - 1 of a symmetric matrix with `band` subdiagonals, with room for the bulges of
/// the reduction: A(i, j), i >= j, is entries(i - j, j - first). The `band` columns at the end are zero.
struct Band {
  Index order = 0;
  Index first = 0;
  Index band = 0;
  Matrix entries;  ///< [2 * band + 1 x order - first + band]
};
[[nodiscard]] Band zero_band(Index order, Index band);

/// B = Z T Z^T with Z as reflectors, order^2 / 2 numbers in all, which are not kept: they are made again, segment by
/// segment, from copies of the band where a segment starts.
class BulgeChase {
 public:
  /// Reduces `band` (8, 32, 48 or 64 wide, else std::invalid_argument) and applies Z^T to x
  /// [order] on the way, which spares one repetition.
  BulgeChase(Band band, Index segments, Vector& x);

  [[nodiscard]] const Tridiagonal& t() const { return t_; }
  /// x := Z x, or Z^T x; x [order].
  void apply_z(bool transposed, Vector& x) const;

 private:
  Tridiagonal t_;
  std::vector<Band> starts_;  // the band before each segment
  std::vector<Index> ends_;   // segment k reduces the columns ends_[k] .. ends_[k + 1] - 1
};

}  // namespace physgrad
