#pragma once
// Internal to linalg: products of small matrices whose result stays in vector registers, and transposition through
// them.
#include "physgrad/linalg/lanes.hpp"

namespace physgrad {

/// Columns of a product's block that fit into registers beside kTileRegisters for each: there are 32 where they are
/// wide, else 16.
inline constexpr Index kTileRegisters = 3;
inline constexpr Index kTileColumns = kPacket == 8 ? 8 : 4;

/// end(j, r, s_jr), s = begin(j, r) + left right^T, for the r-th register of column j of Registers * kPacket rows and
/// Columns columns; left [.. x depth] by columns, of any alignment, right by rows of right_stride numbers.
template <Index Registers, Index Columns, class Begin, class End>
[[gnu::always_inline]] inline void multiply_tile(const double* left, Index left_stride, const double* right,
                                                 Index right_stride, Index depth, const Begin& begin, const End& end) {
  Packet sum[Columns][Registers];
  for (Index j = 0; j < Columns; ++j)
    for (Index r = 0; r < Registers; ++r) sum[j][r] = begin(j, r);
  for (Index k = 0; k < depth; ++k) {
    Packet entries[Registers];
    for (Index r = 0; r < Registers; ++r) entries[r] = simd::ploadu<Packet>(left + k * left_stride + r * kPacket);
    for (Index j = 0; j < Columns; ++j) {
      const auto factor = simd::pset1<Packet>(right[j * right_stride + k]);
      for (Index r = 0; r < Registers; ++r) sum[j][r] = simd::pmadd(entries[r], factor, sum[j][r]);
    }
  }
  for (Index j = 0; j < Columns; ++j)
    for (Index r = 0; r < Registers; ++r) end(j, r, sum[j][r]);
}

// What a template's argument loses of a register's type are permissions that nothing here needs.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wignored-attributes"
using PacketSquare = simd::PacketBlock<Packet, static_cast<int>(kPacket)>;
#pragma GCC diagnostic pop

/// to := from^T, from [rows x cols], strides between columns.
inline void transpose_block(const double* from, Index from_stride, Index rows, Index cols, double* to,
                            Index to_stride) {
  const Index full_rows = rows / kPacket * kPacket, full_cols = cols / kPacket * kPacket;
  for (Index j = 0; j < full_cols; j += kPacket) {
    for (Index i = 0; i < full_rows; i += kPacket) {
      PacketSquare block;
      for (Index c = 0; c < kPacket; ++c) block.packet[c] = simd::ploadu<Packet>(from + i + (j + c) * from_stride);
      simd::ptranspose(block);
      for (Index r = 0; r < kPacket; ++r) simd::pstoreu(to + j + (i + r) * to_stride, block.packet[r]);
    }
    for (Index i = full_rows; i < rows; ++i)
      for (Index c = j; c < j + kPacket; ++c) to[c + i * to_stride] = from[i + c * from_stride];
  }
  for (Index j = full_cols; j < cols; ++j)
    for (Index i = 0; i < rows; ++i) to[j + i * to_stride] = from[i + j * from_stride];
}

}  // namespace physgrad
