#pragma once
// Internal to linalg: the arithmetic of a band reduction's panels, in the lanes of vector registers.
//
// Tall matrices with kLanes columns are held by rows ("rows": row i is kLanes contiguous numbers), so that a reflector
// meets all columns of its panel at once, and small products have no horizontal sums. Loads are aligned: rows and
// strides are multiples of kLanes.
#include <algorithm>
#include <cmath>

#include "physgrad/linalg/register_tile.hpp"

namespace physgrad::panel {

/// Columns of a strip, and what every order is padded to: the widest registers there are, on every processor.
inline constexpr Index kLanes = 8;
using Row = Lanes<kLanes>;

// block := block + left right^T for Registers * kPacket rows and Columns columns; left [.. x depth] by columns, right
// by rows.
template <Index Registers, Index Columns>
inline void update_tile(double* block, Index stride, const double* left, Index left_stride, const double* right,
                        Index depth) {
  multiply_tile<Registers, Columns>(
      left, left_stride, right, depth, depth,
      [&](Index j, Index r) PHYSGRAD_INLINED { return simd::pload<Packet>(block + j * stride + r * kPacket); },
      [&](Index j, Index r, const Packet& sum)
          PHYSGRAD_INLINED { simd::pstore(block + j * stride + r * kPacket, sum); });
}

// The same for any number of rows, a multiple of kLanes, of a strip of kLanes columns.
inline void update_strip(double* block, Index stride, Index rows, const double* left, Index left_stride,
                         const double* right, Index depth) {
  constexpr Index kRows = kTileRegisters * kPacket;
  Index i = 0;
  for (; i + kRows <= rows; i += kRows)
    for (Index j = 0; j < kLanes; j += kTileColumns)
      update_tile<kTileRegisters, kTileColumns>(block + i + j * stride, stride, left + i, left_stride,
                                                right + j * depth, depth);
  for (; i < rows; i += kPacket)
    for (Index j = 0; j < kLanes; j += kTileColumns)
      update_tile<1, kTileColumns>(block + i + j * stride, stride, left + i, left_stride, right + j * depth, depth);
}

// y_i += block(i, j) x_j and y_j += block(i, j) x_i for `rows` rows i and Columns columns j; x and y by rows.
template <Index Columns>
inline void multiply_columns(const double* block, Index stride, Index rows, const double* x_rows, double* y_rows,
                             const double* x_columns, double* y_columns) {
  Row x[Columns], y[Columns];
  for (Index j = 0; j < Columns; ++j) {
    x[j] = Row::load(x_columns + j * kLanes);
    y[j] = Row::load(y_columns + j * kLanes);
  }
  for (Index i = 0; i < rows; ++i) {
    const Row x_i = Row::load(x_rows + i * kLanes);
    Row y_i = Row::load(y_rows + i * kLanes);
    for (Index j = 0; j < Columns; ++j) {
      const auto entry = simd::pset1<Packet>(block[i + j * stride]);
      add_product(entry, x[j], y_i);
      add_product(entry, x_i, y[j]);
    }
    y_i.store(y_rows + i * kLanes);
  }
  for (Index j = 0; j < Columns; ++j) y[j].store(y_columns + j * kLanes);
}

// The strip's rows below its diagonal square.
inline void multiply_strip(const double* block, Index stride, Index rows, const double* x_rows, double* y_rows,
                           const double* x_columns, double* y_columns) {
  constexpr Index kColumns = kPacket == 8 ? 8 : 2;
  for (Index j = 0; j < kLanes; j += kColumns)
    multiply_columns<kColumns>(block + j * stride, stride, rows, x_rows, y_rows, x_columns + j * kLanes,
                               y_columns + j * kLanes);
}

// y := y + block x for a diagonal square of kLanes rows, both of whose triangles are defined.
inline void multiply_square(const double* block, Index stride, const double* x, double* y) {
  for (Index i = 0; i < kLanes; ++i) {
    Row y_i = Row::load(y + i * kLanes);
    for (Index j = 0; j < kLanes; ++j) add_product(block[i + j * stride], Row::load(x + j * kLanes), y_i);
    y_i.store(y + i * kLanes);
  }
}

using Square = Eigen::Matrix<double, kLanes, kLanes>;

// a^T b, a and b tall.
inline Square products(const double* a, const double* b, Index rows) {
  Row sum[kLanes];
  for (Row& each : sum) each = Row::constant(0);
  for (Index i = 0; i < rows; ++i) {
    const Row a_i = Row::load(a + i * kLanes);
    for (Index k = 0; k < kLanes; ++k) add_product(b[i * kLanes + k], a_i, sum[k]);
  }
  Square result;
  for (Index k = 0; k < kLanes; ++k) sum[k].store(result.col(k).data());
  return result;
}

// Row by row y := p y + q v.
inline void combine(double* y, const Square& p, const double* v, const Square& q, Index rows) {
  for (Index i = 0; i < rows; ++i) {
    double* y_i = y + i * kLanes;
    const double* v_i = v + i * kLanes;
    Row even = Row::constant(0), odd = even;
    for (Index k = 0; k < kLanes; ++k) {
      add_product(y_i[k], Row::load(p.col(k).data()), even);
      add_product(v_i[k], Row::load(q.col(k).data()), odd);
    }
    (even + odd).store(y_i);
  }
}

// One step of factor_rows() for some rows of the panel: less x_i q, x_i their entry `column`. Adds to `dots` what rows
// from `counted` on contribute to the next column's inner products with all columns.
inline void reflect_rows(double* panel, Index rows, Index column, const double* q, double inverse, double* v,
                         Index counted, Row& dots) {
  const Row factor = Row::load(q);
  for (Index i = 0; i < rows; ++i) {
    double* row = panel + i * kLanes;
    const double x = row[column];
    v[i * kLanes + column] = x * inverse;
    Row entries = Row::load(row);
    add_product(x, factor, entries);
    entries.store(row);
    if (i >= counted && column + 1 < kLanes) add_product(row[column + 1], entries, dots);
  }
}

// A panel by rows, or what one member of a team has of it: the first kLanes rows, which every member has for itself,
// and some of the rows below. v: the reflectors of those rows, which are set altogether.
struct PanelRows {
  double* head;
  double* v_head;
  double* rest;
  double* v_rest;
  Index rows;  // of the rest
};

// QR by Householder reflectors of a panel, in place: R in its upper triangle, the reflectors 0 .. count - 1 in v, their
// scales in `scales`. A tail whose squares underflow counts as zero. `first` says whose inner products have the head's
// part; sum(dots) adds up those of all members.
template <class Sum>
inline void factor_rows(const PanelRows& panel, Index count, bool first, const Sum& sum, double* scales) {
  constexpr double kTiny = 1e-290;
  alignas(64) double dots[kLanes], q[kLanes] = {};
  std::fill(panel.v_head, panel.v_head + kLanes * kLanes, 0.0);
  std::fill(panel.v_rest, panel.v_rest + panel.rows * kLanes, 0.0);
  std::fill(scales, scales + kLanes, 0.0);
  Row start = Row::constant(0);
  const auto meet_first = [&](const double* row) { add_product(row[0], Row::load(row), start); };
  for (Index i = 1; i < kLanes && first; ++i) meet_first(panel.head + i * kLanes);
  for (Index i = 0; i < panel.rows; ++i) meet_first(panel.rest + i * kLanes);
  start.store(dots);
  sum(dots);
  for (Index k = 0; k < count; ++k) {
    double* head_row = panel.head + k * kLanes;
    const double head = head_row[k];
    const bool reflects = dots[k] > kTiny;
    const double beta = reflects ? -std::copysign(std::sqrt(head * head + dots[k]), head) : head;
    const double inverse = reflects ? 1 / (head - beta) : 0;
    scales[k] = reflects ? (beta - head) / beta : 0;
    panel.v_head[k * kLanes + k] = 1;
    std::fill(q, q + kLanes, 0.0);
    for (Index c = k + 1; c < kLanes; ++c) {
      const double projection = scales[k] * (head_row[c] + inverse * dots[c]);
      head_row[c] -= projection;
      q[c] = -inverse * projection;
    }
    head_row[k] = beta;
    Row next = Row::constant(0);
    // The next row is the next column's own head.
    reflect_rows(head_row + kLanes, kLanes - 1 - k, k, q, inverse, panel.v_head + (k + 1) * kLanes, first ? 1 : kLanes,
                 next);
    reflect_rows(panel.rest, panel.rows, k, q, inverse, panel.v_rest, 0, next);
    next.store(dots);
    if (k + 1 < count) sum(dots);
  }
}

}  // namespace physgrad::panel
