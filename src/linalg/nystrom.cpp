#include "physgrad/linalg/nystrom.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

// Gaussian columns made orthonormal: a random subspace, whatever the number of columns.
Matrix random_subspace(Index rows, Index cols, std::uint64_t draw, const Backend& backend) {
  Rng rng(draw, "nystrom");
  Matrix qr(rows, cols);
  for (double& entry : qr.reshaped()) entry = rng.normal();
  Vector scales(cols);
  backend.qr(qr, scales);
  Matrix q(rows, cols);
  for (Index j = 0; j < cols; ++j) {
    Vector column = Vector::Unit(rows, j);
    backend.apply_q(qr, scales, false, column);
    q.col(j) = column;
  }
  return q;
}

}  // namespace

NystromApproximation::NystromApproximation(JacobianOperator& jacobian, Index sketch, std::uint64_t draw,
                                           const Backend& backend) {
  const Index m = jacobian.rows(), l = std::min(sketch, m);
  const Matrix omega = random_subspace(m, l, draw, backend);
  Matrix y = jacobian.times_many(jacobian.transpose_times_many(omega));
  valid_ = y.allFinite();
  const double size = y.norm();
  if (!valid_ || size == 0) {
    u_ = Matrix::Zero(m, 0);
    values_.resize(0);
    return;
  }
  // Round-off may make Omega^T K Omega indefinite; a shift of its size does not, and is taken away again.
  double shift = 0;
  Matrix factor;
  for (double wanted = std::sqrt(static_cast<double>(m)) * std::numeric_limits<double>::epsilon() * size;;
       wanted *= 10) {
    if (!(wanted < size)) {
      valid_ = false;
      return;
    }
    y += (wanted - shift) * omega;
    shift = wanted;
    factor = omega.transpose() * y;
    factor = (0.5 * (factor + factor.transpose())).eval();
    if (backend.cholesky(factor)) break;
  }
  const Matrix b = factor.triangularView<Eigen::Lower>().solve(y.transpose()).transpose();
  Matrix vectors = b.transpose() * b;
  Vector eigenvalues(l);
  valid_ = backend.symmetric_eigen(vectors, eigenvalues);
  if (!valid_) return;
  // Ascending; what is at round-off of the largest has no direction.
  const Vector squares = eigenvalues.reverse();
  Index kept = 0;
  while (kept < l && squares[kept] > 1e-14 * squares[0]) ++kept;
  u_ = b * vectors.rowwise().reverse().leftCols(kept);
  u_ *= squares.head(kept).cwiseSqrt().cwiseInverse().asDiagonal();
  values_ = (squares.head(kept).array() - shift).cwiseMax(0.0);
}

Vector NystromApproximation::damped_power(double damping, double exponent, double outside, const Vector& v) const {
  const double rest = std::pow(outside + damping, -exponent);
  const Vector c = u_.transpose() * v;
  const Vector f = (values_.array() + damping).pow(-exponent) - rest;
  return rest * v + u_ * f.cwiseProduct(c);
}

Vector NystromApproximation::precondition(double damping, const Vector& v) const {
  const Vector c = u_.transpose() * v;
  const Vector f = (least() + damping) / (values_.array() + damping) - 1;
  return v + u_ * f.cwiseProduct(c);
}

// Omega, K Omega and what becomes of it, J^T Omega, matrices of the sketch's order; products of blocks of vectors hold
// up to a dozen more of the first kind, measured over the catalogue: an upper bound.
double NystromApproximation::bytes(double rows, double cols, double sketch) {
  const double l = std::min(sketch, rows);
  return 8 * (16 * rows * l + cols * l + 4 * l * l);
}

Vector preconditioned_solve(JacobianOperator& jacobian, const NystromApproximation& preconditioner, double damping,
                            const Vector& v, long steps) {
  Vector w = Vector::Zero(v.size()), residual = v, z = preconditioner.precondition(damping, residual), p = z;
  double rz = residual.dot(z);
  const double enough = 1e-14 * v.norm();
  for (long step = 0; step < steps && residual.norm() > enough; ++step) {
    const Vector kp = jacobian.times(jacobian.transpose_times(p)) + damping * p;
    const double length = rz / p.dot(kp);
    w += length * p;
    residual -= length * kp;
    z = preconditioner.precondition(damping, residual);
    const double next = residual.dot(z);
    p = z + (next / rz) * p;
    rz = next;
  }
  return w;
}

}  // namespace physgrad
