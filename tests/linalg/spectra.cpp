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

std::vector<Vector> reference_partial_inverses(const Matrix& jacobian, const Vector& g, double kappa, double tau) {
  using Extended = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;
  using ExtendedVector = Eigen::Matrix<long double, Eigen::Dynamic, 1>;
  const Eigen::JacobiSVD<Extended> svd(jacobian.cast<long double>(), Eigen::ComputeThinU | Eigen::ComputeThinV);
  const ExtendedVector s = svd.singularValues();
  const double floor =
      static_cast<double>(std::max(jacobian.rows(), jacobian.cols())) * std::numeric_limits<double>::epsilon();
  const long double threshold = static_cast<long double>(std::max(tau, floor)) * s[0];
  const long double doubt = 64 * std::numeric_limits<long double>::epsilon() * s[0];
  const ExtendedVector c = svd.matrixU().transpose() * g.cast<long double>();
  const auto answer = [&](long double cut) {
    ExtendedVector scaled = ExtendedVector::Zero(s.size());
    for (Index i = 0; i < s.size(); ++i)
      if (s[i] > cut) scaled[i] = std::pow(s[i], -static_cast<long double>(kappa)) * c[i];
    return Vector((svd.matrixV() * scaled).cast<double>());
  };
  std::vector<Vector> answers{answer(threshold)};
  const auto doubtful = [&](long double value) { return std::abs(value - threshold) <= doubt; };
  if (std::any_of(s.begin(), s.end(), doubtful)) {
    answers.push_back(answer(threshold - 2 * doubt));
    answers.push_back(answer(threshold + 2 * doubt));
  }
  return answers;
}

Vector reference_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau) {
  return reference_partial_inverses(jacobian, g, kappa, tau).front();
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
