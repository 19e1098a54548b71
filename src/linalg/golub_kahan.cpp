#include "physgrad/linalg/golub_kahan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad {

void PanelBasis::append(const Vector& x) {
  if (columns_ % kWidth == 0) panels_.emplace_back(rows_, kWidth);
  panels_.back().col(columns_ % kWidth) = x;
  ++columns_;
}

// Twice is enough (Parlett 1980).
void PanelBasis::orthogonalise(Vector& x) const {
  for (int pass = 0; pass < 2; ++pass)
    for (std::size_t panel = 0; panel < panels_.size(); ++panel)
      x -= used(panel) * (used(panel).transpose() * x).eval();
}

Vector PanelBasis::times(const Vector& y) const {
  Vector result = Vector::Zero(rows_);
  for (std::size_t panel = 0; panel < panels_.size(); ++panel)
    result += used(panel) * y.segment(static_cast<Index>(panel) * kWidth, used(panel).cols());
  return result;
}

GolubKahan::GolubKahan(JacobianOperator& jacobian, const Vector& start, double scale)
    : jacobian_(jacobian), scale_(scale), left_(jacobian.rows()), right_(jacobian.cols()) {
  left_.append(start.stableNormalized());
  next_right();
}

// A direction shorter than this is round-off of the product it came from.
bool GolubKahan::negligible(double norm) {
  norm_ = std::max(norm_, norm);
  return norm <= 10 * std::numeric_limits<double>::epsilon() * norm_;
}

void GolubKahan::next_right() {
  next_alpha_ = 0;
  if (columns() == right_.rows()) return;
  next_ = jacobian_.transpose_times(left_.last()) / scale_;
  finite_ = next_.allFinite();
  if (!finite_) return;
  right_.orthogonalise(next_);
  const double norm = next_.norm();
  if (negligible(norm)) return;
  next_ /= norm;
  next_alpha_ = norm;
}

bool GolubKahan::extend() {
  if (invariant() || !finite_) return false;
  right_.append(next_);
  alpha_.push_back(next_alpha_);
  next_alpha_ = 0;
  if (left_.columns() == left_.rows()) return true;
  Vector u = jacobian_.times(next_) / scale_;
  finite_ = u.allFinite();
  if (!finite_) return false;
  left_.orthogonalise(u);
  const double norm = u.norm();
  if (negligible(norm)) return true;
  left_.append(u / norm);
  beta_.push_back(norm);
  next_right();
  return finite_;
}

Matrix GolubKahan::bidiagonal() const {
  Matrix b = Matrix::Zero(left_.columns(), columns());
  for (Index i = 0; i < columns(); ++i) {
    b(i, i) = alpha_[static_cast<std::size_t>(i)];
    if (i + 1 < b.rows()) b(i + 1, i) = beta_[static_cast<std::size_t>(i)];
  }
  return b;
}

}  // namespace physgrad
