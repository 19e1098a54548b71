// Reduction of a symmetric matrix to band form (Bischof, Lang & Sun 2000, ACM TOMS 26, "SBR"): for each panel of `band`
// columns a QR factorisation of what lies below the band, Q = I - V T V^T (Schreiber & Van Loan 1989), and
//   A := Q^T A Q = A - V W^T - W V^T,   Y = A V T,   W = Y - V (T^T V^T Y) / 2
// on the rest. All of it but the panels is matrix products. A is held in half storage; its diagonal blocks carry both
// triangles meanwhile.
#include "physgrad/linalg/band_reduction.hpp"

#include <utility>

#include "physgrad/linalg/householder.hpp"

namespace physgrad {
namespace {

// Calls visit(block, row) for every block column of the part of `a` from row and column `first` on, where `block`
// starts with a square diagonal block and `row` counts from `first`.
template <class Visit>
void for_trailing_columns(BlockLower& a, Index first, const Visit& visit) {
  for (Index j = first / a.width(); j < a.blocks(); ++j) {
    const Index skip = std::max<Index>(first - a.start(j), 0);
    if (skip >= a.columns(j)) continue;
    auto column = a.column(j);
    visit(column.bottomRightCorner(column.rows() - skip, a.columns(j) - skip), a.start(j) + skip - first);
  }
}

// y := A x for the part of A from row and column `first` on.
void multiply(BlockLower& a, Index first, const ConstMatrixBlock& x, MatrixBlock y, const Backend& backend) {
  y.setZero();
  for_trailing_columns(a, first, [&](const auto& block, Index row) {
    const Index width = block.cols();
    const Index below = block.rows() - width;
    backend.add_product(1, block, false, x.middleRows(row, width), false, y.middleRows(row, block.rows()));
    if (below > 0)
      backend.add_product(1, block.bottomRows(below), true, x.bottomRows(below), false, y.middleRows(row, width));
  });
}

// A := A - left right^T there, where the product is symmetric.
void subtract(BlockLower& a, Index first, const ConstMatrixBlock& left, const ConstMatrixBlock& right,
              const Backend& backend) {
  for_trailing_columns(a, first, [&](auto block, Index row) {
    backend.add_product(-1, left.middleRows(row, block.rows()), false, right.middleRows(row, block.cols()), true,
                        block);
  });
}

void mirror_diagonal_blocks(BlockLower& a) {
  for (Index j = 0; j < a.blocks(); ++j) {
    auto block = a.column(j).topRows(a.columns(j));
    block.triangularView<Eigen::StrictlyUpper>() = block.transpose();
  }
}

// T of I - V T V^T = H_1 H_2 ..., H_i = I - scales_i v_i v_i^T.
void block_factor(const ConstMatrixBlock& v, const Vector& scales, MatrixBlock t) {
  const Matrix products = v.transpose() * v;
  t.setZero();
  for (Index i = 0; i < scales.size(); ++i) {
    t(i, i) = scales[i];
    t.col(i).head(i).noalias() = t.topLeftCorner(i, i) * (-scales[i] * products.col(i).head(i));
  }
}

}  // namespace

// The rows below the band of `band` columns.
struct BandReduction::Panel {
  Index first;  // column
  Index block;  // block column it lies in
  Index top;    // first row within that block column
  Index rows;
  Index columns;  // reflectors
};

BandReduction::Panel BandReduction::panel(Index first) const {
  const Index block = first / a_.width();
  const Index rows = order() - first - band_;
  return {first, block, first + band_ - a_.start(block), rows, std::min(band_, rows)};
}

// QR of the panel in place, its T into factors_, its V (with ones and zeros) into v.
Index BandReduction::factor(const Panel& p, Eigen::Ref<Matrix> v) {
  auto r = a_.column(p.block).block(p.top, p.first - a_.start(p.block), p.rows, band_);
  Vector scales(p.columns);
  Vector projections(band_);
  v.setZero();
  for (Index k = 0; k < p.columns; ++k) {
    const Index right = band_ - k - 1;
    auto vk = v.col(k).tail(p.rows - k);
    vk = r.col(k).tail(p.rows - k);
    const Reflector reflector = make_reflector(vk);
    r(k, k) = reflector.beta;
    r.col(k).tail(p.rows - k - 1) = vk.tail(p.rows - k - 1);
    scales[k] = reflector.scale;
    auto rest = r.bottomRightCorner(p.rows - k, right);
    projections.head(right).noalias() = reflector.scale * (rest.transpose() * vk);
    rest.noalias() -= vk * projections.head(right).transpose();
  }
  block_factor(v, scales, factors_.block(0, p.first, p.columns, p.columns));
  return p.columns;
}

BandReduction::BandReduction(BlockLower matrix, Index band, const Backend& backend)
    : a_(std::move(matrix)), band_(band), factors_(band, a_.order()) {
  mirror_diagonal_blocks(a_);
  Matrix work(order(), 3 * band_);  // [V W V], so that V W^T + W V^T is one product
  Matrix y(order(), band_);
  for (Index first = 0; first + band_ + 1 < order(); first += band_) {
    const Panel p = panel(first);
    const Index k = p.columns;
    auto v = work.topLeftCorner(p.rows, k);
    auto w = work.block(0, k, p.rows, k);
    factor(p, v);
    work.block(0, 2 * k, p.rows, k) = v;
    multiply(a_, first + band_, v, y.topLeftCorner(p.rows, k), backend);
    const auto t = factors_.block(0, first, k, k);
    w.noalias() = y.topLeftCorner(p.rows, k) * t;
    Matrix small = Matrix::Zero(k, k);
    backend.add_product(1, v, true, w, false, small);
    small = (-0.5 * (t.transpose() * small)).eval();
    backend.add_product(1, v, false, small, false, w);
    subtract(a_, first + band_, work.topLeftCorner(p.rows, 2 * k), work.block(0, k, p.rows, 2 * k), backend);
  }
}

Vector BandReduction::band_column(Index j) const {
  const Index length = std::min(band_ + 1, order() - j);
  const Index block = j / a_.width();
  return a_.column(block).col(j - a_.start(block)).segment(j - a_.start(block), length);
}

void BandReduction::apply_q(bool transposed, Vector& x) const {
  const Index panels = order() > band_ + 1 ? (order() - 2) / band_ : 0;
  for (Index step = 0; step < panels; ++step) {
    const Panel p = panel((transposed ? step : panels - 1 - step) * band_);
    const Index k = p.columns;
    const auto v = a_.column(p.block).block(p.top, p.first - a_.start(p.block), p.rows, k);
    const auto square = v.topRows(k).triangularView<Eigen::UnitLower>();
    auto tail = x.tail(p.rows);
    Vector c = square.transpose() * tail.head(k);
    c.noalias() += v.bottomRows(p.rows - k).transpose() * tail.tail(p.rows - k);
    const auto t = factors_.block(0, p.first, k, k);
    c = transposed ? Vector(t.transpose() * c) : Vector(t * c);
    tail.tail(p.rows - k).noalias() -= v.bottomRows(p.rows - k) * c;
    tail.head(k) -= square * c;
  }
}

}  // namespace physgrad
