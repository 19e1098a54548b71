#pragma once
// Internal to linalg: a symmetric matrix to a band of one subdiagonal, column by column, for matrices that caches hold.
#include <memory>

#include "physgrad/linalg/reduction.hpp"

namespace physgrad {

/// A matrix whose order is a multiple of this is reduced in its own memory: the width of the widest vector registers
/// there are, on every processor, so that what a reduction needs does not depend on the one it was compiled for.
inline constexpr Index kPaddedTo = 8;

/// A = Q T Q^T with Q = H_0 H_1 .. H_{n-2}, H_k = 1 - scale_k v_k v_k^T.
struct TridiagonalForm {
  SymmetricBand t;
  Matrix reflectors;  ///< v_k in rows k + 1 .. n - 1 of column k, its leading 1 among them; the rest has no meaning
  Vector scales;      ///< [n - 1]
};
/// The reduction below, for who applies Q to blocks of vectors.
[[nodiscard]] TridiagonalForm tridiagonal_form(Matrix padded, Index order, int threads = 1);

/// x := Q x, or Q^T x, reflector by reflector.
void apply_reflectors(const Matrix& reflectors, const Vector& scales, bool transposed, Eigen::Ref<Vector> x);

/// Column by column, of the leading `order` rows and columns of `padded`, in its memory. Its own order is the next
/// multiple of kPaddedTo and zeros fill it. Only the lower triangle is read. Entries should be of order one: squares
/// that underflow count as zero. The same bits for the same number of threads.
[[nodiscard]] std::unique_ptr<Reduction> one_stage_reduction(Matrix padded, Index order, int threads = 1);
/// The same of a matrix of any order, copied where it has to be padded.
[[nodiscard]] std::unique_ptr<Reduction> one_stage_reduction(Matrix matrix);

}  // namespace physgrad
