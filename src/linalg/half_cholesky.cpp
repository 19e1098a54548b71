#include "physgrad/linalg/half_cholesky.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "physgrad/linalg/owned_strips.hpp"
#include "physgrad/linalg/panel_pass.hpp"

namespace physgrad {
namespace {

using panel::kLanes;
constexpr Index kWidth = HalfCholesky::kWidth;
// Rows of a block column that stay in the nearest cache while they meet the strips to their right.
constexpr Index kRowsTogether = 48;

// x := x d^{-T} for rows of kLanes columns; minus_d = -d^T, inverses those of d's diagonal.
void solve_strip(double* x, Index stride, Index rows, const double* minus_d, Index d_stride, const double* inverses) {
  for (Index i = 0; i < rows; i += kPacket) {
    Packet column[kLanes];
    for (Index j = 0; j < kLanes; ++j) {
      auto value = simd::pload<Packet>(x + i + j * stride);
      for (Index l = 0; l < j; ++l)
        value = simd::pmadd(column[l], simd::pset1<Packet>(minus_d[l + j * d_stride]), value);
      column[j] = simd::pmul(value, simd::pset1<Packet>(inverses[j]));
      simd::pstore(x + i + j * stride, column[j]);
    }
  }
}

}  // namespace

HalfCholesky::HalfCholesky(BlockLower matrix, const Backend& backend, int threads)
    : l_(std::move(matrix)), threads_(threads) {
  if (l_.width() != kWidth) throw std::invalid_argument("Cholesky factor: block columns must be 64 wide");
  l_.clear_padding();
  Work work{Matrix(kWidth, l_.padded()), Matrix::Zero(kWidth, kWidth), nullptr};
  parallel(threads_, [&](const Member& me) { factor(me, backend, work); });
  if (work.failure) std::rethrow_exception(work.failure);
}

// Members meet where a square, a panel and an update are done.
void HalfCholesky::factor(const Member& me, const Backend& backend, Work& work) {
  for (Index block = 0; block < l_.blocks(); ++block) {
    if (me.index == 0) factor_square(block, backend, work);
    me.meet();
    if (!valid_) return;
    const Index below = l_.start(block) + kWidth;
    if (below >= l_.padded()) return;
    solve_panel(block, me.share(below, l_.padded(), kLanes), work);
    me.meet();
    update(me, block, work);
    me.meet();
  }
}

void HalfCholesky::factor_square(Index block, const Backend& backend, Work& work) {
  const Index count = l_.columns(block);
  auto square = l_.column(block).topRows(count);
  try {
    valid_ = backend.cholesky(square);
  } catch (...) {  // the others wait
    work.failure = std::current_exception();
    valid_ = false;
  }
  if (!valid_ || count < kWidth) return;
  for (Index j = 0; j < kWidth; ++j)
    for (Index i = 0; i <= j; ++i) work.squares(i, j) = -square(j, i);
}

// X := X D^{-T} for rows of the block column below its square D, strip by strip; then what the update takes of them.
void HalfCholesky::solve_panel(Index block, const Member::Range& rows, Work& work) {
  const Index count = rows.end - rows.begin;
  if (count == 0) return;
  const Index start = l_.start(block), stride = l_.stride(block);
  double* const x = l_.at(rows.begin, start);
  for (Index k = 0; k < kWidth; k += kLanes) {
    double inverses[kLanes];
    for (Index j = 0; j < kLanes; ++j) inverses[j] = -1 / work.squares(k + j, k + j);
    double* const strip = x + k * stride;
    if (k > 0) {
      // Without the heap: who meets must not fail.
      const Eigen::Matrix<double, Eigen::Dynamic, kLanes, Eigen::ColMajor, kWidth, kLanes> before =
          work.squares.block<Eigen::Dynamic, kLanes>(0, k, k, kLanes);
      panel::update_strip(strip, stride, count, x, stride, before.data(), k);
    }
    solve_strip(strip, stride, count, &work.squares(k, k), kWidth, inverses);
  }
  transpose_block(x, stride, count, kWidth, &work.right(0, rows.begin), kWidth);
  work.right.middleCols(rows.begin, count) *= -1;
}

// A := A - X X^T to the right of the block column X.
void HalfCholesky::update(const Member& me, Index block, const Work& work) {
  const Index first = l_.start(block) + kWidth, end = l_.padded(), stride = l_.stride(block);
  for (Index row = first; row < end; row += kRowsTogether) {
    const Index below = std::min(row + kRowsTogether, end);
    for (Index column = first; column < below; column += kLanes) {
      if (!owns_strip(me, column / kLanes)) continue;
      const Index top = std::max(row, column);
      panel::update_strip(l_.at(top, column), l_.stride(column / kWidth), below - top, l_.at(top, l_.start(block)),
                          stride, &work.right(0, column), kWidth);
    }
  }
}

Vector HalfCholesky::solve(Vector x) const {
  Matrix parts(kWidth, threads_);
  parallel(threads_, [&](const Member& me) { substitute(me, x, parts); });
  return x;
}

void HalfCholesky::substitute(const Member& me, Vector& x, Matrix& parts) const {
  const auto below_of = [&](Index block) { return std::min(l_.start(block) + kWidth, l_.order()); };
  for (Index block = 0; block < l_.blocks(); ++block) {
    const auto column = l_.column(block);
    const Index start = l_.start(block), count = l_.columns(block);
    if (me.index == 0) column.topRows(count).triangularView<Eigen::Lower>().solveInPlace(x.segment(start, count));
    me.meet();
    const auto [row, end] = me.share(below_of(block), l_.order(), kLanes);
    x.segment(row, end - row).noalias() -= column.middleRows(row - start, end - row) * x.segment(start, count);
    me.meet();
  }
  for (Index block = l_.blocks() - 1; block >= 0; --block) {
    const auto column = l_.column(block);
    const Index start = l_.start(block), count = l_.columns(block);
    const auto [row, end] = me.share(below_of(block), l_.order(), kLanes);
    parts.col(me.index).head(count).noalias() =
        column.middleRows(row - start, end - row).transpose() * x.segment(row, end - row);
    me.meet();
    if (me.index == 0) {
      auto own = x.segment(start, count);
      own -= parts.topLeftCorner(count, me.count).rowwise().sum();
      column.topRows(count).transpose().triangularView<Eigen::Upper>().solveInPlace(own);
    }
    me.meet();
  }
}

double half_cholesky_doubles(double order) {
  constexpr auto kSide = static_cast<double>(kWidth), kPadding = static_cast<double>(BlockLower::kMultiple);
  // Half of the diagonal blocks and of the odd strides; X^T, and a square's factor.
  return 0.5 * (order * order + (kSide + 3 * kPadding) * order) + kSide * (order + 2 * kSide + kPadding);
}

}  // namespace physgrad
