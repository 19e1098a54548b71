// One-sided Jacobi: a pivoted QR of the tall side, P sorting its columns by size, then plane rotations that make the
// columns of R^T orthogonal,
//   A P = Q R,   R^T W = X S   =>   A = (Q W) S (P X)^T,
// with W the product of the rotations and X the normalised columns. R^T is the better start: its columns are nearly
// orthogonal already (Drmac & Veselic 2008, SIAM J. Matrix Anal. Appl. 29). Nothing is divided but by norms, and each
// rotation is orthogonal whatever its angle, so that the decomposition is backward stable on every finite matrix.
#include "physgrad/linalg/jacobi_svd.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace physgrad {
namespace {

template <class Scalar>
using MatrixOf = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

// Squares of columns shorter than this (of matrices of order one) leave the range of numbers: they count as zero.
template <class Scalar>
Scalar shortest() {
  return std::sqrt(std::numeric_limits<Scalar>::min()) / std::numeric_limits<Scalar>::epsilon();
}

// Makes columns p and q of x orthogonal, the same rotation on w; false where they are already.
template <class Scalar>
bool rotate(MatrixOf<Scalar>& x, MatrixOf<Scalar>& w, Index p, Index q, Scalar tolerance) {
  const Scalar a = x.col(p).norm(), b = x.col(q).norm();
  if (!(std::min(a, b) > shortest<Scalar>())) return false;
  const Scalar cosine = (x.col(p) / a).dot(x.col(q) / b);
  if (!(std::abs(cosine) > tolerance)) return false;
  // tan of the angle: the smaller root of t^2 + 2 zeta t - 1.
  const Scalar zeta = (b / a - a / b) / (2 * cosine);
  const Scalar t = std::copysign(Scalar(1), zeta) / (std::abs(zeta) + std::hypot(Scalar(1), zeta));
  const Scalar c = 1 / std::hypot(Scalar(1), t), s = c * t;
  const auto turn = [c, s](auto first, auto second) {
    for (Index i = 0; i < first.size(); ++i) {
      const Scalar u = first[i], v = second[i];
      first[i] = c * u - s * v;
      second[i] = s * u + c * v;
    }
  };
  turn(x.col(p), x.col(q));
  turn(w.col(p), w.col(q));
  return true;
}

// The columns of x orthogonal, w the rotations that made them so.
template <class Scalar>
void orthogonalise(MatrixOf<Scalar>& x, MatrixOf<Scalar>& w) {
  constexpr int kSweeps = 60;  // five are usual
  const Index n = x.cols();
  const Scalar tolerance = std::numeric_limits<Scalar>::epsilon() * std::sqrt(static_cast<Scalar>(n));
  w.setIdentity(n, n);
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    bool rotated = false;
    for (Index p = 0; p + 1 < n; ++p)
      for (Index q = p + 1; q < n; ++q) rotated = rotate(x, w, p, q, tolerance) || rotated;
    if (!rotated) break;
  }
}

// Columns from `from` on (of a matrix whose earlier columns are orthonormal) become orthonormal to them.
template <class Scalar>
void complete(MatrixOf<Scalar>& x, Index from) {
  if (from == x.cols()) return;
  const Eigen::HouseholderQR<MatrixOf<Scalar>> qr(x.leftCols(from));
  MatrixOf<Scalar> rest = MatrixOf<Scalar>::Zero(x.rows(), x.cols() - from);
  for (Index k = 0; k < rest.cols(); ++k) rest(from + k, k) = 1;
  x.rightCols(rest.cols()) = qr.householderQ() * rest;
}

// The columns of x normalised and sorted, their norms into `values`, the columns of w likewise.
template <class Scalar>
void normalise(MatrixOf<Scalar>& x, MatrixOf<Scalar>& w, Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& values) {
  const Index n = x.cols();
  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> norms = x.colwise().norm().transpose();
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return norms[a] > norms[b]; });
  values.setZero(n);
  MatrixOf<Scalar> sorted = MatrixOf<Scalar>::Zero(n, n);
  Index count = 0;
  for (; count < n; ++count) {
    const Index from = order[static_cast<std::size_t>(count)];
    if (!(norms[from] > shortest<Scalar>())) break;
    values[count] = norms[from];
    sorted.col(count) = x.col(from) / norms[from];
  }
  complete(sorted, count);
  x = std::move(sorted);
  w = MatrixOf<Scalar>(w(Eigen::all, order));
}

}  // namespace

template <class Scalar>
BasicThinSvd<Scalar> jacobi_svd(const MatrixOf<Scalar>& a) {
  const bool wide = a.rows() < a.cols();
  MatrixOf<Scalar> tall = wide ? MatrixOf<Scalar>(a.transpose()) : a;
  const Scalar largest = tall.size() > 0 ? tall.cwiseAbs().maxCoeff() : Scalar(0);
  const int exponent = largest > 0 ? std::ilogb(largest) : 0;
  // In two steps, because 2^-exponent may itself be out of range.
  tall *= std::ldexp(Scalar(1), -exponent / 2);
  tall *= std::ldexp(Scalar(1), exponent / 2 - exponent);
  const Index n = tall.cols();
  const Eigen::ColPivHouseholderQR<MatrixOf<Scalar>> qr(tall);
  const MatrixOf<Scalar> r = qr.matrixQR().topRows(n).template triangularView<Eigen::Upper>();
  MatrixOf<Scalar> x = r.transpose(), w;
  orthogonalise(x, w);
  BasicThinSvd<Scalar> result;
  normalise(x, w, result.values);
  result.values *= std::ldexp(Scalar(1), exponent / 2);
  result.values *= std::ldexp(Scalar(1), exponent - exponent / 2);
  MatrixOf<Scalar> left = MatrixOf<Scalar>::Zero(tall.rows(), n);
  left.topRows(n) = w;
  left.applyOnTheLeft(qr.householderQ());
  x = qr.colsPermutation() * x;
  result.u = wide ? std::move(x) : std::move(left);
  result.v = wide ? std::move(left) : std::move(x);
  return result;
}

template BasicThinSvd<float> jacobi_svd(const Eigen::MatrixXf&);
template BasicThinSvd<double> jacobi_svd(const Matrix&);

}  // namespace physgrad
