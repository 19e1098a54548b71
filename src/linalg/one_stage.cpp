// Reduction of a symmetric matrix to tridiagonal form by Householder reflectors (Householder 1958; Golub & Van Loan,
// Matrix Computations, section 8.3.1), with one pass over the trailing matrix per column: step k leaves
//   A := A - v w^T - w v^T,   w = s y - (s^2 / 2) (y . v) v,   y = A v,   1 - s v v^T the reflector of column k,
// to be done by the pass of step k + 1, whose reflector needs only the one column that is brought up to date first. The
// pass updates a few columns and multiplies them by the next v while they are in registers, reads the lower triangle
// only and uses every entry for both halves of the product. It is bound by arithmetic while the triangle stays in
// cache, where a blocked reduction pays for products with tall thin panels.
#include "physgrad/linalg/one_stage.hpp"

#include <algorithm>
#include <utility>

#include "physgrad/linalg/householder.hpp"
#include "physgrad/linalg/lanes.hpp"
#include "physgrad/linalg/owned_strips.hpp"

namespace physgrad {
namespace {

// Diagonal blocks of this order hold both triangles, so that every packet of the loops below is aligned.
constexpr Index kBlock = std::max<Index>(kPacket, 4);
static_assert(kPaddedTo % kBlock == 0, "padded storage is aligned on every processor");

// The matrix in work: n a multiple of kBlock, columns aligned. v, w: the update that is due. x: the vector to multiply
// by, y the product, or a member's part of it. All four are zero (y: meaningless) in rows that are done.
struct Sweep {
  double* a;
  Index n;
  double* v;
  double* w;
  double* x;
  double* y;
};

Packet updated(const Sweep& s, double* column, Index i, Packet minus_v, Packet minus_w) {
  auto e = simd::pload<Packet>(column + i);
  e = simd::pmadd(simd::pload<Packet>(s.v + i), minus_w, e);
  e = simd::pmadd(simd::pload<Packet>(s.w + i), minus_v, e);
  simd::pstore(column + i, e);
  return e;
}

void diagonal_block(const Sweep& s, Index first) {
  for (Index j = first; j < first + kBlock; ++j) {
    const auto v_j = simd::pset1<Packet>(-s.v[j]);
    const auto w_j = simd::pset1<Packet>(-s.w[j]);
    const auto x_j = simd::pset1<Packet>(s.x[j]);
    for (Index i = first; i < first + kBlock; i += kPacket) {
      const Packet e = updated(s, s.a + j * s.n, i, v_j, w_j);
      simd::pstore(s.y + i, simd::pmadd(e, x_j, simd::pload<Packet>(s.y + i)));
    }
  }
}

// Columns that are updated and multiplied together: their factors and sums stay in registers, of which there are 32
// where they are wide, else 16.
constexpr Index kTogether = kPacket == 8 ? 4 : 2;

void several_columns(const Sweep& s, Index j, Index from) {
  double* a[kTogether];
  Packet v[kTogether], w[kTogether], x[kTogether], sum[kTogether];
  for (Index c = 0; c < kTogether; ++c) {
    a[c] = s.a + (j + c) * s.n;
    v[c] = simd::pset1<Packet>(-s.v[j + c]);
    w[c] = simd::pset1<Packet>(-s.w[j + c]);
    x[c] = simd::pset1<Packet>(s.x[j + c]);
    sum[c] = simd::pset1<Packet>(0.0);
  }
  for (Index i = from; i < s.n; i += kPacket) {
    const auto v_i = simd::pload<Packet>(s.v + i), w_i = simd::pload<Packet>(s.w + i);
    const auto x_i = simd::pload<Packet>(s.x + i);
    auto y_i = simd::pload<Packet>(s.y + i);
    for (Index c = 0; c < kTogether; ++c) {
      auto e = simd::pmadd(v_i, w[c], simd::pload<Packet>(a[c] + i));
      e = simd::pmadd(w_i, v[c], e);
      simd::pstore(a[c] + i, e);
      y_i = simd::pmadd(e, x[c], y_i);
      sum[c] = simd::pmadd(e, x_i, sum[c]);
    }
    simd::pstore(s.y + i, y_i);
  }
  for (Index c = 0; c < kTogether; ++c) s.y[j + c] += simd::predux(sum[c]);
}

// A := A - v w^T - w v^T, then y := A x, for rows and columns from the block of `first`, of which each member has its
// columns.
void update_and_multiply(const Member& me, const Sweep& s, Index first) {
  const Index start = first / kBlock * kBlock;
  std::fill(s.y + start, s.y + s.n, 0.0);
  for (Index block = start; block < s.n; block += kBlock) {
    if (!owns_strip(me, block / kBlock)) continue;
    diagonal_block(s, block);
    for (Index j = block; j < block + kBlock; j += kTogether) several_columns(s, j, block + kBlock);
  }
}

// Zeros in what is added.
Matrix padded(Matrix matrix) {
  const Index n = matrix.rows();
  const Index size = (n + kPaddedTo - 1) / kPaddedTo * kPaddedTo;
  if (size == n) return matrix;
  matrix.conservativeResize(size, size);
  matrix.bottomRows(size - n).setZero();
  matrix.rightCols(size - n).setZero();
  return matrix;
}

void mirror_diagonal_blocks(Matrix& matrix) {
  for (Index j = 0; j < matrix.cols(); ++j)
    for (Index i = j / kBlock * kBlock; i < j; ++i) matrix(i, j) = matrix(j, i);
}

class OneStageReduction final : public Reduction {
 public:
  OneStageReduction(Matrix matrix, Index order, int threads);
  void apply_q(bool transposed, Vector& x) const override { apply_reflectors(reflectors_, scales_, transposed, x); }
  [[nodiscard]] TridiagonalForm form() && { return {std::move(band_), std::move(reflectors_), std::move(scales_)}; }

 private:
  void reduce(const Member& me, Sweep sweep, const Matrix& parts);
  double eliminate(Index k, const Sweep& sweep);
  Matrix reflectors_;  // reflector k: rows k + 1 .. n - 1 of column k
  Vector scales_;      // [n - 1]
};

OneStageReduction::OneStageReduction(Matrix matrix, Index order, int threads) : reflectors_(std::move(matrix)) {
  const Index n = order;
  const Index steps = std::max<Index>(n - 1, 0);
  band_.entries = Matrix::Zero(2, n);
  scales_.resize(steps);
  mirror_diagonal_blocks(reflectors_);
  const Index size = reflectors_.rows();
  Matrix work = Matrix::Zero(size, 3), parts = Matrix::Zero(size, threads);
  const Sweep sweep{reflectors_.data(), size, work.col(0).data(), work.col(1).data(), work.col(2).data(),
                    parts.col(0).data()};
  parallel(threads, [&](const Member& me) { reduce(me, sweep, parts); });
}

// Members meet where a column's reflector is there, and where everybody's part of y is; the first does what is between.
void OneStageReduction::reduce(const Member& me, Sweep sweep, const Matrix& parts) {
  const Index steps = scales_.size();
  double* const y = sweep.y;
  sweep.y += me.index * parts.rows();
  for (Index k = 0; k < steps; ++k) {
    const double scale = me.index == 0 ? eliminate(k, sweep) : 0;
    me.meet();
    update_and_multiply(me, sweep, k + 1);
    me.meet();
    if (me.index == 0) {
      const auto tail = [&](double* data) { return Eigen::Map<Vector>(data + k + 1, steps - k); };
      for (int other = 1; other < me.count; ++other) tail(y) += parts.col(other).segment(k + 1, steps - k);
      const double correction = 0.5 * scale * scale * tail(y).dot(tail(sweep.x));
      tail(sweep.w) = scale * tail(y) - correction * tail(sweep.x);
    }
    std::swap(sweep.v, sweep.x);
  }
  const Index n = band_.order();
  if (me.index == 0 && n > 0) band_.entries(0, n - 1) = reflectors_(n - 1, n - 1) - 2 * sweep.v[n - 1] * sweep.w[n - 1];
}

// Brings column k up to date and makes its reflector, which goes to sweep.x; returns the reflector's scale.
double OneStageReduction::eliminate(Index k, const Sweep& sweep) {
  const Index below = scales_.size() - k;
  auto column = reflectors_.col(k).segment(k, below + 1);
  const double v = std::exchange(sweep.v[k], 0.0);
  const double w = std::exchange(sweep.w[k], 0.0);
  column[0] -= 2 * v * w;
  column.tail(below) -= w * Eigen::Map<Vector>(sweep.v + k + 1, below) + v * Eigen::Map<Vector>(sweep.w + k + 1, below);
  band_.entries(0, k) = column[0];
  const Reflector reflector = make_reflector(column.tail(below));
  band_.entries(1, k) = reflector.beta;
  scales_[k] = reflector.scale;
  sweep.x[k] = 0;
  Eigen::Map<Vector>(sweep.x + k + 1, below) = column.tail(below);
  return reflector.scale;
}

}  // namespace

void apply_reflectors(const Matrix& reflectors, const Vector& scales, bool transposed, Eigen::Ref<Vector> x) {
  const Index steps = scales.size();
  for (Index step = 0; step < steps; ++step) {
    const Index k = transposed ? step : steps - 1 - step;
    const auto v = reflectors.col(k).segment(k + 1, steps - k);
    const double projection = scales[k] * v.dot(x.tail(steps - k));
    x.tail(steps - k) -= projection * v;
  }
}

TridiagonalForm tridiagonal_form(Matrix padded, Index order, int threads) {
  return OneStageReduction(std::move(padded), order, threads).form();
}

std::unique_ptr<Reduction> one_stage_reduction(Matrix padded, Index order, int threads) {
  return std::make_unique<OneStageReduction>(std::move(padded), order, threads);
}

std::unique_ptr<Reduction> one_stage_reduction(Matrix matrix) {
  const Index order = matrix.rows();
  return one_stage_reduction(padded(std::move(matrix)), order, 1);
}

}  // namespace physgrad
