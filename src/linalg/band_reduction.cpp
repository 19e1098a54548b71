// Reduction of a symmetric matrix to band form (Bischof, Lang & Sun 2000, ACM TOMS 26, "SBR"): for each panel of kLanes
// columns a QR factorisation of what lies below the band, Q = I - V T V^T (Schreiber & Van Loan 1989), and
//   A := Q^T A Q = A - V W^T - W V^T,   Y = A V T,   W = Y - V (T^T V^T Y) / 2
// on the rest. The update is left to the pass that makes the next panel's A V: the next panel alone is brought up to
// date first, and a strip of the matrix is updated and multiplied while it is in the nearest cache, so that the matrix
// is read and written once a panel. A strip has kLanes columns below its diagonal square, which holds both triangles.
#include "physgrad/linalg/band_reduction.hpp"

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "physgrad/linalg/owned_strips.hpp"
#include "physgrad/linalg/panel_pass.hpp"

namespace physgrad {
namespace {

using panel::kLanes;
static_assert(kLanes == kBandWidth);
// Rows and columns of what is updated and multiplied together: with the operands of those rows it fits into the
// nearest cache.
constexpr Index kChunkRows = 96;
constexpr Index kStripsTogether = 4;

// T of I - V T V^T = H_1 H_2 ..., H_i = I - scales_i v_i v_i^T; products = V^T V.
panel::Square block_factor(const panel::Square& products, const double* scales, Index count) {
  panel::Square t = panel::Square::Zero();
  for (Index i = 0; i < count; ++i) {
    t(i, i) = scales[i];
    if (i > 0) t.col(i).head(i) = (t.topLeftCorner(i, i) * (-scales[i] * products.col(i).head(i))).eval();
  }
  return t;
}

// The reflectors of a panel in the making, tall matrices by rows.
struct Work {
  Work(Index size, int members)
      : rows(Matrix::Zero(kLanes, size)), v(Matrix::Zero(kLanes, size)), own(static_cast<std::size_t>(members)) {
    for (Own& each : own) each.take(size);
  }
  Matrix rows;  // the panel [kLanes x size]
  Matrix v;     // V [kLanes x size], zero above its panel's reflectors
  // What a member has for itself; of some of it the others read what they need when they have met.
  struct alignas(64) Own {
    Index stride = 0;
    Matrix y;                               // a part of A V [kLanes x size]; in the end the first member's is W
    Matrix left;                            // V and W of the update that is due, by columns [stride x 2 kLanes]
    Matrix right;                           // -W and -V, by rows [2 kLanes x size]
    panel::Square v_v, y_v;                 // parts of V^T V and Y^T V
    panel::Square head, v_head;             // of the panel and of V
    Eigen::Matrix<double, kLanes, 2> dots;  // of the panel's QR, of this column and of the last
    double scales[kLanes] = {};             // of the reflectors
    void take(Index size) {
      stride = (size / kLanes | 1) * kLanes;
      y = Matrix::Zero(kLanes, size);
      left = Matrix::Zero(stride, 2 * kLanes);
      right = Matrix::Zero(2 * kLanes, size);
    }
  };
  std::vector<Own> own;
  Own& of(const Member& me) { return own[static_cast<std::size_t>(me.index)]; }
};

class BandReduction final : public Reduction {
 public:
  BandReduction(BlockLower matrix, int threads);
  void apply_q(bool transposed, Vector& x) const override;

 private:
  void reduce(const Member& me, Work& work);
  void update_panel(const Member& me, Index first, Work& work);
  void finish(const Member& me, Index first, Work& work);
  void pass(const Member& me, Index from, bool update, Work& work);
  void strip(Index column, Index row, Index rows, bool update, const Work& work, Work::Own& own);
  void factor_panel(const Member& me, Index first, Work& work);
  void make_update(const Member& me, Index first, Work& work);
  void make_operands(const Member& me, Index first, Work& work);
  void read_band();
  [[nodiscard]] Index reflectors(Index first) const { return std::min(kLanes, a_.order() - first - kLanes); }

  BlockLower a_;    // within the band B, below it the reflectors
  Index size_;      // the padded order
  Matrix factors_;  // [kLanes x order]: T of the panel that starts at column j in columns j .. j + kLanes
};

BandReduction::BandReduction(BlockLower matrix, int threads)
    : a_(std::move(matrix)), size_(a_.padded()), factors_(Matrix::Zero(kLanes, a_.order())) {
  a_.clear_padding();
  for (Index j = 0; j < size_; ++j)
    for (Index i = j / kLanes * kLanes; i < j; ++i) *a_.at(i, j) = *a_.at(j, i);
  Work work(size_, threads);
  parallel(threads, [&](const Member& me) { reduce(me, work); });
  read_band();
}

// Members meet where one needs what another has made.
void BandReduction::reduce(const Member& me, Work& work) {
  Matrix& y = work.of(me).y;
  Index first = 0;
  for (; first + kLanes + 1 < a_.order(); first += kLanes) {
    const Index next = first + kLanes;
    if (first > 0) update_panel(me, first, work);
    me.meet();
    factor_panel(me, first, work);
    y.rightCols(size_ - next).setZero();
    me.meet();
    pass(me, next, first > 0, work);
    make_update(me, first, work);
    me.meet();
    make_operands(me, first, work);
  }
  if (first > 0) finish(me, first, work);
}

// A := A + left right^T for the kLanes columns from `first`.
void BandReduction::update_panel(const Member& me, Index first, Work& work) {
  const auto [row, end] = me.share(first, size_, kLanes);
  const Work::Own& own = work.of(me);
  panel::update_strip(a_.at(row, first), a_.stride(first / a_.width()), end - row, own.left.data() + row, own.stride,
                      &own.right(0, first), 2 * kLanes);
}

// The same for all columns from `first`, of which few are left.
void BandReduction::finish(const Member& me, Index first, Work& work) {
  if (me.index > 0) return;
  make_operands({}, first - kLanes, work);
  const Work::Own& own = work.of(me);
  for (Index column = first; column < size_; column += kLanes)
    panel::update_strip(a_.at(column, column), a_.stride(column / a_.width()), size_ - column, &own.left(column, 0),
                        own.stride, &own.right(0, column), 2 * kLanes);
}

// y := y + A v for this member's columns from `from`, after A := A + left right^T where that is due; strips in groups
// that share the rows of the operands while those are in the nearest cache.
void BandReduction::pass(const Member& me, Index from, bool update, Work& work) {
  Work::Own& own = work.of(me);
  std::array<Index, kStripsTogether> group{};  // first columns
  for (Index column = from; column < size_;) {
    std::size_t count = 0;
    for (; column < size_ && count < group.size(); column += kLanes)
      if (owns_strip(me, column / kLanes)) group[count++] = column;
    if (count == 0) return;
    for (Index row = group[0]; row < size_; row += kChunkRows) {
      const Index below = std::min(row + kChunkRows, size_);
      for (std::size_t k = 0; k < count; ++k) {
        const Index top = std::max(row, group[k]);
        if (top < below) strip(group[k], top, below - top, update, work, own);
      }
    }
  }
}

// Rows row .. row + rows of the strip of columns column .. column + kLanes.
void BandReduction::strip(Index column, Index row, Index rows, bool update, const Work& work, Work::Own& own) {
  double* block = a_.at(row, column);
  const Index stride = a_.stride(column / a_.width());
  if (update)
    panel::update_strip(block, stride, rows, &own.left(row, 0), own.stride, &own.right(0, column), 2 * kLanes);
  if (row == column) {
    panel::multiply_square(block, stride, &work.v(0, column), &own.y(0, column));
    block += kLanes;
    row += kLanes;
    rows -= kLanes;
  }
  if (rows > 0)
    panel::multiply_strip(block, stride, rows, &work.v(0, row), &own.y(0, row), &work.v(0, column), &own.y(0, column));
}

// QR of the panel: R and the reflectors into the matrix, V (with ones and zeros) into work.v. Every member has the
// panel's head, the rows below are shared.
void BandReduction::factor_panel(const Member& me, Index first, Work& work) {
  const Index top = first + kLanes;
  const Index stride = a_.stride(first / a_.width());
  double* const below = a_.at(top, first);
  Work::Own& own = work.of(me);
  const auto [row, end] = me.share(top + kLanes, size_, kLanes);
  double* const rest = work.rows.data() + kLanes * row;
  double* const v = work.v.data() + kLanes * row;
  transpose_block(below, stride, kLanes, kLanes, own.head.data(), kLanes);
  transpose_block(below + row - top, stride, end - row, kLanes, rest, kLanes);
  Index column = 0;
  const auto sum = [&](double* dots) {
    if (me.count == 1) return;
    Eigen::Map<Eigen::Matrix<double, kLanes, 1>> all(dots);
    const Index slot = column++ % 2;
    own.dots.col(slot) = all;
    me.meet();
    all.setZero();
    for (int member = 0; member < me.count; ++member) all += work.own[static_cast<std::size_t>(member)].dots.col(slot);
  };
  panel::factor_rows({own.head.data(), own.v_head.data(), rest, v, end - row}, reflectors(first), me.index == 0, sum,
                     own.scales);
  transpose_block(v, kLanes, kLanes, end - row, below + row - top, stride);
  if (me.index > 0) return;
  work.v.middleCols(first, kLanes).setZero();
  work.v.middleCols(top, kLanes) = own.v_head;
  for (Index j = 0; j < kLanes; ++j)
    for (Index i = 0; i < kLanes; ++i) below[i + j * stride] = i > j ? own.v_head(j, i) : own.head(j, i);
}

// W of the update, from y, and T into factors_; rows are shared.
void BandReduction::make_update(const Member& me, Index first, Work& work) {
  const Index top = first + kLanes;
  const auto [row, end] = me.share(top, size_, kLanes);
  const Index rows = end - row;
  Work::Own& own = work.of(me);
  Matrix& y = work.own.front().y;
  const double* const v = work.v.data() + kLanes * row;
  double* const y_rows = y.data() + kLanes * row;
  me.meet();
  for (int other = 1; other < me.count; ++other)
    y.middleCols(row, rows) += work.own[static_cast<std::size_t>(other)].y.middleCols(row, rows);
  own.v_v = panel::products(v, v, rows);
  own.y_v = panel::products(y_rows, v, rows);
  me.meet();
  panel::Square v_v = work.own.front().v_v, y_v = work.own.front().y_v;
  for (int other = 1; other < me.count; ++other) {
    v_v += work.own[static_cast<std::size_t>(other)].v_v;
    y_v += work.own[static_cast<std::size_t>(other)].y_v;
  }
  const panel::Square t = block_factor(v_v, own.scales, reflectors(first));
  if (me.index == 0) factors_.middleCols(first, kLanes) = t;
  const panel::Square half = 0.5 * t.transpose() * y_v.transpose() * t;
  panel::combine(y_rows, t.transpose(), v, -half.transpose(), rows);
}

// The operands of the update: each member its own, because copying V and W costs less than fetching more of them from
// another's cache.
void BandReduction::make_operands(const Member& me, Index first, Work& work) {
  const Index top = first + kLanes, rows = size_ - top;
  Work::Own& own = work.of(me);
  const Matrix& w = work.own.front().y;
  transpose_block(&work.v(0, top), kLanes, kLanes, rows, &own.left(top, 0), own.stride);
  transpose_block(&w(0, top), kLanes, kLanes, rows, &own.left(top, kLanes), own.stride);
  for (Index column = top; column < size_; column += kLanes) {
    if (column > top && !owns_strip(me, column / kLanes)) continue;  // all of them need the next panel
    own.right.block<kLanes, kLanes>(0, column) = -w.middleCols<kLanes>(column);
    own.right.block<kLanes, kLanes>(kLanes, column) = -work.v.middleCols<kLanes>(column);
  }
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

std::unique_ptr<Reduction> band_reduction(BlockLower matrix, int threads) {
  if (matrix.width() % kBandWidth != 0)
    throw std::invalid_argument("band reduction: block columns must be multiples of the band's width wide");
  return std::make_unique<BandReduction>(std::move(matrix), threads);
}

}  // namespace physgrad
