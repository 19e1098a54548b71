// Reduction of a symmetric matrix to tridiagonal form by Householder reflectors, panel by panel: the matrix-vector
// products of a panel use the matrix from before it, corrected by the panel's own rank-two terms, and one matrix
// product applies the panel to the rest (Dongarra, Sorensen & Hammarling 1989).
#include "linalg/tridiagonal.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "linalg/lapack.hpp"

namespace physgrad {
namespace {

constexpr Index kPanel = 32;

// Turns x into (beta, v_1, v_2, ...) with (1 - scale v v^T) x = beta e_1, v_0 = 1; returns scale.
double make_reflector(Eigen::Ref<Vector> x) {
  const Index tail = x.size() - 1;
  const double rest = x.tail(tail).squaredNorm();
  if (rest == 0) return 0;
  const double beta = -std::copysign(std::sqrt(x[0] * x[0] + rest), x[0]);
  const double scale = (beta - x[0]) / beta;
  x.tail(tail) /= x[0] - beta;
  x[0] = beta;
  return scale;
}

// Columns first .. first + width of the trailing matrix; v and w receive the panel's rank-two terms, rows as in the
// whole matrix.
void reduce_panel(TridiagonalReduction& reduction, Index first, Index width, Matrix& v, Matrix& w) {
  Matrix& a = reduction.reflectors;
  const Index n = a.rows();
  Vector weights(width);
  for (Index k = 0; k < width; ++k) {
    const Index column = first + k;
    const Index size = n - column;
    a.col(column).tail(size).noalias() -= v.block(column, 0, size, k) * w.row(column).head(k).transpose();
    a.col(column).tail(size).noalias() -= w.block(column, 0, size, k) * v.row(column).head(k).transpose();
    reduction.t.diagonal[column] = a(column, column);
    const Index below = size - 1;
    const double scale = make_reflector(a.col(column).tail(below));
    reduction.scales[column] = scale;
    reduction.t.subdiagonal[column] = a(column + 1, column);
    auto vk = v.col(k).tail(below);
    auto wk = w.col(k).tail(below);
    vk = a.col(column).tail(below);
    vk[0] = 1;
    wk.noalias() = a.bottomRightCorner(below, below).selfadjointView<Eigen::Lower>() * vk;
    weights.head(k).noalias() = w.block(column + 1, 0, below, k).transpose() * vk;
    wk.noalias() -= v.block(column + 1, 0, below, k) * weights.head(k);
    weights.head(k).noalias() = v.block(column + 1, 0, below, k).transpose() * vk;
    wk.noalias() -= w.block(column + 1, 0, below, k) * weights.head(k);
    wk *= scale;
    wk -= (0.5 * scale * wk.dot(vk)) * vk;
  }
}

}  // namespace

TridiagonalReduction blocked_reduction(Matrix matrix) {
  const Index n = matrix.rows();
  const Index steps = std::max<Index>(n - 1, 0);
  TridiagonalReduction result{std::move(matrix), Vector(steps), {Vector(n), Vector(steps)}};
  for (Index first = 0; first < steps; first += kPanel) {
    const Index width = std::min(kPanel, steps - first);
    Matrix v = Matrix::Zero(n, width);
    Matrix w = Matrix::Zero(n, width);
    reduce_panel(result, first, width, v, w);
    const Index rest = n - first - width;
    Matrix left(rest, 2 * width);
    Matrix right(rest, 2 * width);
    left << v.bottomRows(rest), w.bottomRows(rest);
    right << w.bottomRows(rest), v.bottomRows(rest);
    result.reflectors.bottomRightCorner(rest, rest).triangularView<Eigen::Lower>() -= left * right.transpose();
  }
  if (n > 0) result.t.diagonal[n - 1] = result.reflectors(n - 1, n - 1);
  return result;
}

TridiagonalReduction reduce(Matrix matrix) {
  if (!lapack::available()) return blocked_reduction(std::move(matrix));
  TridiagonalReduction result;
  result.reflectors = std::move(matrix);
  // The routine fails on invalid arguments only, which cannot happen here, so no copy is kept.
  if (!lapack::tridiagonalise(result.reflectors, result.t.diagonal, result.t.subdiagonal, result.scales)) {
    result.t.diagonal.setConstant(std::nan(""));
  }
  return result;
}

void apply_z(const TridiagonalReduction& reduction, bool transposed, Vector& x) {
  const Index steps = reduction.scales.size();
  for (Index step = 0; step < steps; ++step) {
    const Index k = transposed ? step : steps - 1 - step;
    const Index tail = steps - k - 1;
    const auto v = reduction.reflectors.col(k).tail(tail);
    const double projection = reduction.scales[k] * (x[k + 1] + v.dot(x.tail(tail)));
    x[k + 1] -= projection;
    x.tail(tail) -= projection * v;
  }
}

Vector multiply(const Tridiagonal& t, const Vector& x) {
  const Index steps = t.subdiagonal.size();
  Vector y = t.diagonal.cwiseProduct(x);
  y.tail(steps) += t.subdiagonal.cwiseProduct(x.head(steps));
  y.head(steps) += t.subdiagonal.cwiseProduct(x.tail(steps));
  return y;
}

double spectral_bound(const Tridiagonal& t) {
  const Index steps = t.subdiagonal.size();
  Vector radius = t.diagonal.cwiseAbs();
  radius.tail(steps) += t.subdiagonal.cwiseAbs();
  radius.head(steps) += t.subdiagonal.cwiseAbs();
  return radius.maxCoeff();
}

}  // namespace physgrad
