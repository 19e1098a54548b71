#include "spectra.hpp"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad::testing {
namespace {

Matrix gaussian(Index rows, Index cols, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  return Matrix::NullaryExpr(rows, cols, [&] { return normal(engine); });
}

}  // namespace

Matrix random_orthonormal(Index rows, Index cols, std::mt19937_64& engine) {
  const Eigen::HouseholderQR<Matrix> qr(gaussian(rows, cols, engine));
  return qr.householderQ() * Matrix::Identity(rows, cols);
}

Matrix with_singular_values(Index rows, Index cols, const Vector& values, std::mt19937_64& engine) {
  const Index rank = values.size();
  const Matrix u = random_orthonormal(rows, rank, engine);
  const Matrix v = random_orthonormal(cols, rank, engine);
  return u * values.asDiagonal() * v.transpose();
}

Vector decaying(Index count, double decades) {
  const double last = std::max(1.0, static_cast<double>(count - 1));
  return Vector::NullaryExpr(count, [&](Index i) { return std::pow(10.0, -decades * static_cast<double>(i) / last); });
}

Vector random_vector(Index size, std::mt19937_64& engine) { return gaussian(size, 1, engine); }

Vector reference_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau) {
  using Extended = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  using ExtendedVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;
  const Eigen::JacobiSVD<Extended> svd(jacobian.cast<long double>(), Eigen::ComputeThinU | Eigen::ComputeThinV);
  const ExtendedVector s = svd.singularValues();
  const double floor =
      static_cast<double>(std::max(jacobian.rows(), jacobian.cols())) * std::numeric_limits<double>::epsilon();
  const long double threshold = static_cast<long double>(std::max(tau, floor)) * s[0];
  ExtendedVector c = svd.matrixU().transpose() * g.cast<long double>();
  for (Index i = 0; i < s.size(); ++i)
    c[i] *= s[i] > threshold ? std::pow(s[i], -static_cast<long double>(kappa)) : 0.0L;
  const ExtendedVector direction = svd.matrixV() * c;
  return direction.cast<double>();
}

PartialInverseResult run_kernel(const Matrix& jacobian, const Vector& g, const PartialInverseOptions& options) {
  DenseJacobian operand(jacobian);
  return partial_inverse(operand, g, options);
}

double relative_difference(const Vector& actual, const Vector& expected) {
  const double norm = expected.norm();
  return norm > 0 ? (actual - expected).norm() / norm : actual.norm();
}

}  // namespace physgrad::testing
