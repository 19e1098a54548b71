// Reflectors meet blocks of vectors in groups, whose product is 1 - V S V^T with S upper triangular (compact WY form:
// Schreiber & Van Loan 1989), so that matrix products do the work.
#include "physgrad/linalg/symmetric_eigen.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "physgrad/core/parallel.hpp"
#include "physgrad/linalg/shared_products.hpp"

namespace physgrad {
namespace {

constexpr Index kGroup = 32;

// Reflectors first .. first + count - 1 as 1 - v s v^T.
struct ReflectorGroup {
  Matrix v;  // [n - first - 1 x count]
  Matrix s;  // [count x count], upper triangular
};

ReflectorGroup grouped(const TridiagonalForm& form, Index first, const Backend& backend) {
  const Index steps = form.scales.size();
  const Index count = std::min(kGroup, steps - first);
  ReflectorGroup group{form.reflectors.block(first + 1, first, steps - first, count), Matrix::Zero(count, count)};
  group.v.topRows(count).triangularView<Eigen::StrictlyUpper>().setZero();
  Matrix products(count, count);
  backend.gram(group.v, true, products);
  for (Index j = 0; j < count; ++j) {
    const double scale = form.scales[first + j];
    group.s(j, j) = scale;
    group.s.col(j).head(j).noalias() =
        group.s.topLeftCorner(j, j).triangularView<Eigen::Upper>() * (-scale * products.col(j).head(j));
  }
  return group;
}

}  // namespace

SymmetricEigen::SymmetricEigen(Matrix padded, Index order, const Backend& backend, int threads)
    : backend_(backend), threads_(threads) {
  const double largest = padded.diagonal().cwiseAbs().maxCoeff();
  const double unit = largest > 0 ? unit_for(largest) : 1.0;
  if (unit != 1) padded *= unit;
  form_ = tridiagonal_form(std::move(padded), order, threads);
  values_ = form_.t.entries.row(0);
  Vector subdiagonal = form_.t.entries.row(1).head(std::max<Index>(order - 1, 0));
  w_.resize(order, order);
  {
    const BackendThreads scope(backend_, library_threads(order, kThreadedEigenFrom, threads_));
    valid_ = backend_.tridiagonal_eigen(values_, subdiagonal, w_);
  }
  values_.reverseInPlace();
  values_ /= unit;
  w_.rowwise().reverseInPlace();
}

Matrix SymmetricEigen::vectors(Index first, Index count) const {
  Matrix result = w_.middleCols(first, count);
  apply_q(false, result);
  return result;
}

Matrix SymmetricEigen::times(Index first, const Matrix& c) const {
  const auto w = w_.middleCols(first, c.rows());
  Matrix result(w.rows(), c.cols());
  if (c.cols() == 1)
    result.noalias() = w * c;
  else
    multiply(backend_, threads_, w, false, c, result);
  apply_q(false, result);
  return result;
}

Matrix SymmetricEigen::transposed_times(Index first, Index count, Matrix y) const {
  apply_q(true, y);
  const auto w = w_.middleCols(first, count);
  Matrix result(count, y.cols());
  if (y.cols() == 1)
    result.noalias() = w.transpose() * y;
  else
    multiply(backend_, threads_, w, true, y, result);
  return result;
}

void SymmetricEigen::apply_q(bool transposed, Matrix& x) const {
  if (x.cols() == 1) return apply_reflectors(form_.reflectors, form_.scales, transposed, x.col(0));
  const int threads = x.cols() >= 2 * kGroup ? threads_ : 1;
  parallel(threads, [&](const Member& me) {
    const auto [first, end] = me.share(0, x.cols(), kGroup);
    if (first < end) apply_groups(transposed, x.middleCols(first, end - first));
  });
}

void SymmetricEigen::apply_groups(bool transposed, MatrixBlock x) const {
  const Index steps = form_.scales.size();
  const Index groups = (steps + kGroup - 1) / kGroup;
  Matrix projection(std::min(kGroup, steps), x.cols()), update(steps, x.cols());
  for (Index step = 0; step < groups; ++step) {
    const Index first = kGroup * (transposed ? step : groups - 1 - step);
    const ReflectorGroup group = grouped(form_, first, backend_);
    auto tail = x.bottomRows(steps - first);
    auto onto = projection.topRows(group.v.cols());
    backend_.multiply(group.v, true, tail, onto);
    if (transposed)
      onto = (group.s.transpose() * onto).eval();
    else
      onto = (group.s * onto).eval();
    backend_.multiply(group.v, false, onto, update.topRows(tail.rows()));
    tail -= update.topRows(tail.rows());
  }
}

}  // namespace physgrad
