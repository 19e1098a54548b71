#pragma once
// Internal to linalg: a symmetric matrix to a band, A = Q B Q^T, in one pass over the matrix for each panel of columns.
#include <memory>

#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/linalg/reduction.hpp"

namespace physgrad {

/// Of the band: the lanes of the widest vector registers there are, on every processor.
inline constexpr Index kBandWidth = 8;

/// In the memory of `matrix`, of which only the lower triangle is read; its block columns are multiples of kBandWidth
/// wide. Entries should be of order one: squares that underflow count as zero. Throws std::invalid_argument for another
/// width. The same bits for the same number of threads.
[[nodiscard]] std::unique_ptr<Reduction> band_reduction(BlockLower matrix, int threads = 1);

}  // namespace physgrad
