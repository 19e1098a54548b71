#pragma once
// Internal to linalg: a large symmetric matrix in half storage to tridiagonal form, by way of a band.
#include <memory>

#include "physgrad/linalg/backend.hpp"
#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/linalg/reduction.hpp"

namespace physgrad {

/// By way of a band matrix of `band` (8, 32, 48 or 64) subdiagonals; the width of `matrix` must be a multiple of it.
/// x := Z^T x [n] on the way: apply_z() repeats the second stage, which is a small part of the whole. Needs about a
/// quarter of the memory of `matrix` besides.
[[nodiscard]] std::unique_ptr<Reduction> two_stage_reduction(BlockLower matrix, Index band, Vector& x,
                                                             const Backend& backend = default_backend());

}  // namespace physgrad
