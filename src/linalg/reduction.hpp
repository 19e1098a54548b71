#pragma once
// Internal to linalg: A = Z T Z^T with T tridiagonal and Z orthogonal, without eigenvectors and without forming Z.
#include <memory>

#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/linalg/tridiagonal.hpp"

namespace physgrad {

/// A = Z T Z^T. Z is kept as reflectors, or as what is needed to make them again.
class Reduction {
 public:
  virtual ~Reduction() = default;
  [[nodiscard]] const Tridiagonal& t() const { return t_; }
  /// x := Z x, or Z^T x; x [n].
  virtual void apply_z(bool transposed, Vector& x) const = 0;

 protected:
  Tridiagonal t_;
};

/// A matrix whose order is a multiple of this is reduced in its own memory: the width of the widest vector registers
/// there are, on every processor, so that what a reduction needs does not depend on the one it was compiled for.
inline constexpr Index kPaddedTo = 8;

/// Column by column, of the leading `order` rows and columns of `padded`, in its memory. Its own order is the next
/// multiple of kPaddedTo and zeros fill it. Only the lower triangle is read. Entries should be of order one: squares
/// that underflow count as zero.
[[nodiscard]] std::unique_ptr<Reduction> one_stage_reduction(Matrix padded, Index order);
/// The same of a matrix of any order, copied where it has to be padded.
[[nodiscard]] std::unique_ptr<Reduction> one_stage_reduction(Matrix matrix);

/// By way of a band matrix of `band` (8, 32, 48 or 64) subdiagonals; the width of `matrix` must be a multiple of it.
/// x := Z^T x [n] on the way: apply_z() repeats the second stage, which is a small part of the whole. Needs about a
/// quarter of the memory of `matrix` besides.
[[nodiscard]] std::unique_ptr<Reduction> two_stage_reduction(BlockLower matrix, Index band, Vector& x);

}  // namespace physgrad
