// J^{-kappa} g for a sample's physics Jacobian: one-sided Jacobi rotations (Demmel & Veselic 1992), which beat blocked
// algorithms on a handful of rows and find small singular values to high relative accuracy.
#include "physgrad/linalg/small_partial_inverse.hpp"

#include <fmt/format.h>

#include <Eigen/SVD>
#include <limits>
#include <stdexcept>

#include "physgrad/linalg/truncation.hpp"

namespace physgrad {

Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau) {
  if (g.size() != jacobian.rows()) {
    throw std::invalid_argument(fmt::format(
        "small partial inverse: g must have one entry per row of J: expected {}, got {}", jacobian.rows(), g.size()));
  }
  if (!(kappa >= -1 && kappa <= 1)) {
    throw std::invalid_argument(fmt::format("small partial inverse: kappa must lie in [-1, 1], got {}", kappa));
  }
  if (!(tau >= 0 && tau < 1)) {
    throw std::invalid_argument(fmt::format("small partial inverse: tau must lie in [0, 1), got {}", tau));
  }
  if (jacobian.size() == 0) return Vector::Zero(jacobian.cols());
  if (!jacobian.allFinite() || !g.allFinite()) {
    return Vector::Constant(jacobian.cols(), std::numeric_limits<double>::quiet_NaN());
  }
  const Eigen::JacobiSVD<Matrix> svd(jacobian, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Vector& s = svd.singularValues();
  const Index kept = count_above(s, relative_threshold(tau, jacobian.rows(), jacobian.cols()) * s[0]);
  const Vector f = truncated_power(s, kept, -kappa);
  return svd.matrixV() * f.cwiseProduct(svd.matrixU().transpose() * g);
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
