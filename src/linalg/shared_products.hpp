#pragma once
// Internal to linalg: products by a back end, shared among threads: each has its columns of the result.
#include "physgrad/linalg/backend.hpp"

namespace physgrad {

/// product := a b, or a^T b.
void multiply(const Backend& backend, int threads, const ConstMatrixBlock& a, bool transposed,
              const ConstMatrixBlock& b, MatrixBlock product);
/// gram := a a^T, or a^T a, both triangles filled.
void multiply_itself(const Backend& backend, int threads, const ConstMatrixBlock& a, bool transposed, MatrixBlock gram);

/// How many of `threads` a decomposition of this order by a back end's library should have, where it pays from order
/// `from` on: a library's threads keep processors for a while after it is done, which smaller ones do not make up for.
[[nodiscard]] inline int library_threads(Index order, Index from, int threads) { return order >= from ? threads : 1; }
inline constexpr Index kThreadedSvdFrom = 256;
inline constexpr Index kThreadedEigenFrom = 1024;

}  // namespace physgrad
