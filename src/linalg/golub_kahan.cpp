#include "linalg/golub_kahan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad {
namespace {

// Twice is enough (Parlett 1980).
void orthogonalise(const Matrix& basis, Index count, Vector& x) {
  const auto used = basis.leftCols(count);
  for (int pass = 0; pass < 2; ++pass) x -= used * (used.transpose() * x).eval();
}

void make_room(Matrix& basis, Vector& entries, Index count) {
  if (count < basis.cols()) return;
  const Index room = std::max<Index>(8, 2 * basis.cols());
  basis.conservativeResize(Eigen::NoChange, room);
  entries.conservativeResize(room);
}

}  // namespace

GolubKahan::GolubKahan(JacobianOperator& jacobian, const Vector& start, double scale)
    : jacobian_(jacobian), scale_(scale), left_(jacobian.rows(), 1), right_(jacobian.cols(), 1), alpha_(1), beta_(1) {
  left_.col(0) = start.stableNormalized();
  next_right();
}

// A direction shorter than this is round-off of the product it came from.
bool GolubKahan::negligible(double norm) {
  norm_ = std::max(norm_, norm);
  return norm <= 10 * std::numeric_limits<double>::epsilon() * norm_;
}

void GolubKahan::next_right() {
  next_alpha_ = 0;
  if (columns_ == right_.rows()) return;
  next_ = jacobian_.transpose_times(left_.col(left_columns_ - 1)) / scale_;
  finite_ = next_.allFinite();
  if (!finite_) return;
  orthogonalise(right_, columns_, next_);
  const double norm = next_.norm();
  if (negligible(norm)) return;
  next_ /= norm;
  next_alpha_ = norm;
}

bool GolubKahan::extend() {
  if (invariant() || !finite_) return false;
  make_room(right_, alpha_, columns_);
  right_.col(columns_) = next_;
  alpha_[columns_] = next_alpha_;
  ++columns_;
  next_alpha_ = 0;
  if (left_columns_ == left_.rows()) return true;
  Vector u = jacobian_.times(next_) / scale_;
  finite_ = u.allFinite();
  if (!finite_) return false;
  orthogonalise(left_, left_columns_, u);
  const double norm = u.norm();
  if (negligible(norm)) return true;
  make_room(left_, beta_, left_columns_);
  left_.col(left_columns_) = u / norm;
  beta_[left_columns_ - 1] = norm;
  ++left_columns_;
  next_right();
  return finite_;
}

Matrix GolubKahan::bidiagonal() const {
  Matrix b = Matrix::Zero(left_columns_, columns_);
  for (Index i = 0; i < columns_; ++i) {
    b(i, i) = alpha_[i];
    if (i + 1 < left_columns_) b(i + 1, i) = beta_[i];
  }
  return b;
}

}  // namespace physgrad
