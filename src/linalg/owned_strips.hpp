#pragma once
// Internal to linalg: who has which columns of the lower triangle of a matrix that several threads reduce.
#include "physgrad/core/parallel.hpp"

namespace physgrad {

/// Whether the strip of columns with this number is the member's. Strips belong to members for good, so that each has
/// its part of the matrix in its own caches, and sums over columns are the same every time: in turn, there and back,
/// because columns get shorter.
inline bool owns_strip(const Member& me, Index strip) {
  const Index place = strip % (2 * me.count);
  return me.index == (place < me.count ? place : 2 * me.count - 1 - place);
}

}  // namespace physgrad
