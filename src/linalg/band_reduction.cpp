// Reduction of a symmetric matrix to band form (Bischof, Lang & Sun 2000, ACM TOMS 26, "SBR"): for each panel of kLanes
// columns a QR factorisation of what lies below the band, Q = I - V T V^T (Schreiber & Van Loan 1989), and
//   A := Q^T A Q = A - V W^T - W V^T,   Y = A V T,   W = Y - V (T^T V^T Y) / 2
// on the rest. The update is left to the pass that makes the next panel's A V: the next panel alone is brought up to
// date first, and a strip of the matrix is updated and multiplied while it is in the nearest cache, so that the matrix
// is read and written once a panel. A strip has kLanes columns below its diagonal square, which holds both triangles.
#include "physgrad/linalg/band_reduction.hpp"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "physgrad/linalg/panel_pass.hpp"

namespace physgrad {
namespace {

using panel::kLanes;
static_assert(kLanes == kBandWidth);
// Rows and columns of what is updated and multiplied together: with the operands of those rows it fits into the
// nearest cache.
constexpr Index kChunkRows = 96;
constexpr Index kChunkColumns = 4 * kLanes;

// T of I - V T V^T = H_1 H_2 ..., H_i = I - scales_i v_i v_i^T; products = V^T V.
panel::Square block_factor(const panel::Square& products, const double* scales, Index count) {
  panel::Square t = panel::Square::Zero();
  for (Index i = 0; i < count; ++i) {
    t(i, i) = scales[i];
    if (i > 0) t.col(i).head(i) = (t.topLeftCorner(i, i) * (-scales[i] * products.col(i).head(i))).eval();
  }
  return t;
}

// The reflectors of a panel in the making, tall matrices by rows, and the update that is due.
struct Work {
  explicit Work(Index size)
      : stride((size / kLanes | 1) * kLanes),
        rows(Matrix::Zero(kLanes, size)),
        v(Matrix::Zero(kLanes, size)),
        y(Matrix::Zero(kLanes, size)),
        left(Matrix::Zero(stride, 2 * kLanes)),
        right(Matrix::Zero(2 * kLanes, size)) {}
  Index stride;
  Matrix rows;   // the panel [kLanes x size]
  Matrix v;      // V [kLanes x size], zero above its panel's reflectors
  Matrix y;      // A V [kLanes x size]
  Matrix left;   // V and W of the update that is due, by columns [stride x 2 kLanes]
  Matrix right;  // -W and -V, by rows [2 kLanes x size]
};

class BandReduction final : public Reduction {
 public:
  explicit BandReduction(BlockLower matrix);
  void apply_q(bool transposed, Vector& x) const override;

 private:
  // What a pass does with the columns from .. to.
  struct Pass {
    Index from;
    Index to;
    bool update;    // A := A + left right^T
    bool multiply;  // y := y + A v
  };
  void run(const Pass& pass, Work& work);
  void strip(const Pass& pass, Index column, Index row, Index rows, Work& work);
  void factor_panel(Index first, Work& work);
  void make_update(Index first, Work& work);
  void read_band();
  [[nodiscard]] Index reflectors(Index first) const { return std::min(kLanes, a_.order() - first - kLanes); }

  BlockLower a_;    // within the band B, below it the reflectors
  Index size_;      // the padded order
  Matrix factors_;  // [kLanes x order]: T of the panel that starts at column j in columns j .. j + kLanes
};

BandReduction::BandReduction(BlockLower matrix)
    : a_(std::move(matrix)), size_(a_.padded()), factors_(Matrix::Zero(kLanes, a_.order())) {
  a_.clear_padding();
  for (Index j = 0; j < size_; ++j)
    for (Index i = j / kLanes * kLanes; i < j; ++i) *a_.at(i, j) = *a_.at(j, i);
  Work work(size_);
  Index first = 0;
  for (; first + kLanes + 1 < a_.order(); first += kLanes) {
    const Index next = first + kLanes;
    const bool due = first > 0;
    if (due) run({.from = first, .to = next, .update = true, .multiply = false}, work);
    factor_panel(first, work);
    work.y.rightCols(size_ - next).setZero();
    run({.from = next, .to = size_, .update = due, .multiply = true}, work);
    make_update(first, work);
  }
  if (first > 0) run({.from = first, .to = size_, .update = true, .multiply = false}, work);
  read_band();
}

// Strips in groups that share the rows of the operands while those are in the nearest cache.
void BandReduction::run(const Pass& pass, Work& work) {
  for (Index column = pass.from; column < pass.to; column += kChunkColumns) {
    const Index end = std::min(column + kChunkColumns, pass.to);
    for (Index row = column; row < size_; row += kChunkRows) {
      const Index below = std::min(row + kChunkRows, size_);
      for (Index j = column; j < end; j += kLanes) {
        const Index top = std::max(row, j);
        if (top < below) strip(pass, j, top, below - top, work);
      }
    }
  }
}

// Rows row .. row + rows of the strip of columns column .. column + kLanes.
void BandReduction::strip(const Pass& pass, Index column, Index row, Index rows, Work& work) {
  double* block = a_.at(row, column);
  const Index stride = a_.stride(column / a_.width());
  if (pass.update)
    panel::update_strip(block, stride, rows, &work.left(row, 0), work.stride, &work.right(0, column), 2 * kLanes);
  if (!pass.multiply) return;
  if (row == column) {
    panel::multiply_square(block, stride, &work.v(0, column), &work.y(0, column));
    block += kLanes;
    row += kLanes;
    rows -= kLanes;
  }
  if (rows > 0)
    panel::multiply_strip(block, stride, rows, &work.v(0, row), &work.y(0, row), &work.v(0, column),
                          &work.y(0, column));
}

// QR of the panel: R and the reflectors into the matrix, V (with ones and zeros) into work.v, T into factors_.
void BandReduction::factor_panel(Index first, Work& work) {
  const Index top = first + kLanes, rows = size_ - top, count = reflectors(first);
  const Index stride = a_.stride(first / a_.width());
  double* const below = a_.at(top, first);
  transpose_block(below, stride, rows, kLanes, &work.rows(0, top), kLanes);
  work.v.middleCols(first, kLanes).setZero();
  double scales[kLanes];
  panel::factor_rows(&work.rows(0, top), rows, count, &work.v(0, top), scales);
  transpose_block(&work.v(0, top), kLanes, kLanes, rows, below, stride);
  for (Index j = 0; j < kLanes; ++j)
    for (Index i = 0; i <= std::min(j, rows - 1); ++i) below[i + j * stride] = work.rows(j, top + i);
  const panel::Square products = panel::products(&work.v(0, top), &work.v(0, top), rows);
  factors_.middleCols(first, kLanes) = block_factor(products, scales, count);
}

// W of the update, from y; then both of its operands.
void BandReduction::make_update(Index first, Work& work) {
  const Index top = first + kLanes, rows = size_ - top;
  const panel::Square t = factors_.middleCols(first, kLanes);
  const panel::Square products = panel::products(&work.y(0, top), &work.v(0, top), rows);  // Y^T V
  const panel::Square half = 0.5 * t.transpose() * products.transpose() * t;
  panel::combine(&work.y(0, top), t.transpose(), &work.v(0, top), -half.transpose(), rows);
  work.right.topRightCorner(kLanes, rows) = -work.y.rightCols(rows);
  work.right.bottomRightCorner(kLanes, rows) = -work.v.rightCols(rows);
  transpose_block(&work.v(0, top), kLanes, kLanes, rows, &work.left(top, 0), work.stride);
  transpose_block(&work.y(0, top), kLanes, kLanes, rows, &work.left(top, kLanes), work.stride);
}

void BandReduction::read_band() {
  const Index n = a_.order();
  band_.entries = Matrix::Zero(kLanes + 1, n);
  for (Index j = 0; j < n; ++j) {
    const Index length = std::min(kLanes + 1, n - j);
    band_.entries.col(j).head(length) = Eigen::Map<Vector>(a_.at(j, j), length);
  }
}

void BandReduction::apply_q(bool transposed, Vector& x) const {
  const Index n = a_.order();
  const Index panels = n > kLanes + 1 ? (n - 2) / kLanes : 0;
  for (Index step = 0; step < panels; ++step) {
    const Index first = (transposed ? step : panels - 1 - step) * kLanes;
    const Index block = first / a_.width(), k = reflectors(first), rows = n - first - kLanes;
    const auto v = a_.column(block).block(first + kLanes - a_.start(block), first - a_.start(block), rows, k);
    const auto square = v.topRows(k).triangularView<Eigen::UnitLower>();
    auto tail = x.tail(rows);
    Vector c = square.transpose() * tail.head(k);
    c.noalias() += v.bottomRows(rows - k).transpose() * tail.tail(rows - k);
    const auto t = factors_.block(0, first, k, k);
    c = transposed ? Vector(t.transpose() * c) : Vector(t * c);
    tail.tail(rows - k).noalias() -= v.bottomRows(rows - k) * c;
    tail.head(k) -= square * c;
  }
}

}  // namespace

std::unique_ptr<Reduction> band_reduction(BlockLower matrix) {
  if (matrix.width() % kBandWidth != 0)
    throw std::invalid_argument("band reduction: block columns must be multiples of the band's width wide");
  return std::make_unique<BandReduction>(std::move(matrix));
}

}  // namespace physgrad
