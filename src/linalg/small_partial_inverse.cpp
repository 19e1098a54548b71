// J^{-kappa} g for a sample's physics Jacobian: one-sided Jacobi rotations (Demmel & Veselic 1992), which beat blocked
// algorithms on a handful of rows and find small singular values to high relative accuracy.
#include "physgrad/linalg/small_partial_inverse.hpp"

#include <fmt/format.h>

#include <Eigen/SVD>
#include <limits>
#include <stdexcept>

#include "physgrad/linalg/truncation.hpp"

namespace physgrad {

SmallPartialInverse::SmallPartialInverse(double kappa, double tau) : kappa_(kappa), tau_(tau) {
  if (!(kappa >= -1 && kappa <= 1)) {
    throw std::invalid_argument(fmt::format("small partial inverse: kappa must lie in [-1, 1], got {}", kappa));
  }
  if (!(tau >= 0 && tau < 1)) {
    throw std::invalid_argument(fmt::format("small partial inverse: tau must lie in [0, 1), got {}", tau));
  }
}

void SmallPartialInverse::decompose(const Eigen::Ref<const Matrix>& jacobian) {
  jacobian_ = jacobian;
  finite_ = jacobian.allFinite();
  if (!finite_ || jacobian.size() == 0) return;
  ++decompositions_;
  const Eigen::JacobiSVD<Matrix> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& s = svd.singularValues();
  const Index kept = count_above(s, relative_threshold(tau_, jacobian.rows(), jacobian.cols()) * s[0]);
  left_ = svd.matrixU().leftCols(kept).transpose();
  right_ = svd.matrixV().leftCols(kept) * truncated_power(s, kept, -kappa_).head(kept).asDiagonal();
}

Vector SmallPartialInverse::apply(const Eigen::Ref<const Matrix>& jacobian, const Vector& g) {
  if (g.size() != jacobian.rows()) {
    throw std::invalid_argument(fmt::format(
        "small partial inverse: g must have one entry per row of J: expected {}, got {}", jacobian.rows(), g.size()));
  }
  if (jacobian.size() == 0) return Vector::Zero(jacobian.cols());
  const bool same = jacobian_.rows() == jacobian.rows() && jacobian_.cols() == jacobian.cols() && jacobian_ == jacobian;
  if (!same) decompose(jacobian);
  if (!finite_ || !g.allFinite()) return Vector::Constant(jacobian.cols(), std::numeric_limits<double>::quiet_NaN());
  return right_ * (left_ * g);
}

Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau) {
  return SmallPartialInverse(kappa, tau).apply(jacobian, g);
}

Matrix small_pseudo_inverse(const Matrix& a, double truncation) {
  const Eigen::JacobiSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& values = svd.singularValues();
  Vector inverted = Vector::Zero(values.size());
  for (Index k = 0; k < values.size(); ++k)
    if (values[k] > truncation * values[0]) inverted[k] = 1.0 / values[k];
  return svd.matrixV() * inverted.asDiagonal() * svd.matrixU().transpose();
}

}  // namespace physgrad
