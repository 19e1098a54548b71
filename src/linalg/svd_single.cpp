// Kernels `svd` and `qr-svd` in single precision, the published practice (Schnell, Holl & Thuerey 2022): J and g
// rounded to single precision, the decomposition, the function and the result in it, and singular values dropped by s
// <= tau s_max alone. There is no floor of round-off: tau = 1e-10 drops nothing but the exact zeros that the
// decomposition itself puts in place of values it deflates, and the vectors of singular values near 1e-7 s_max are
// noise that the published results contain. The error estimate, against the exact result for the given J, says so.
#include <Eigen/QR>
#include <Eigen/SVD>
#include <cmath>
#include <limits>

#include "linalg/error_estimate.hpp"
#include "linalg/kernels.hpp"

namespace physgrad::kernels {
namespace {

using MatrixF = Eigen::MatrixXf;
using VectorF = Eigen::VectorXf;

// J = left * matrix * right^T with an orthonormal left or right factor that has been removed already, or none.
PartialInverseResult inverse_of(const MatrixF& matrix, const VectorF& g, double outside, Index missing_cols,
                                const PartialInverseOptions& options, VectorF& direction) {
  const Eigen::BDCSVD<MatrixF> svd(matrix, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const VectorF& s = svd.singularValues();
  const float threshold = static_cast<float>(options.tau) * s[0];
  PartialInverseResult result;
  const VectorF c = svd.matrixU().transpose() * g;
  VectorF product = VectorF::Zero(s.size());
  for (Index i = 0; i < s.size() && s[i] > threshold; ++i) {
    product[i] = std::pow(s[i], -static_cast<float>(options.kappa)) * c[i];
    ++result.kept_rank;
  }
  direction = svd.matrixV() * product;
  result.singular_values = s.cast<double>();
  result.singular_max = result.singular_values[0];
  if (result.kept_rank > 0) result.singular_min_kept = result.singular_values[result.kept_rank - 1];
  const Vector coefficients = c.cast<double>();
  const double beyond = std::sqrt(std::max(0.0F, g.squaredNorm() - c.squaredNorm()));
  const SpectralView view{.values = result.singular_values,
                          .coefficients = coefficients,
                          .kept = result.kept_rank,
                          .threshold = threshold,
                          .kappa = options.kappa,
                          .outside = std::hypot(outside, beyond),
                          .null_cols = missing_cols,
                          .epsilon = std::numeric_limits<float>::epsilon()};
  result.error_estimate = relative_error(svd_error(view), product.cast<double>().norm());
  return result;
}

}  // namespace

PartialInverseResult svd_single(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const MatrixF j = jacobian.dense().cast<float>();
  const VectorF rounded = g.cast<float>();
  if (!j.allFinite() || !rounded.allFinite()) return not_a_number(jacobian.cols());
  VectorF direction;
  PartialInverseResult result = inverse_of(j, rounded, 0, j.cols() - std::min(j.rows(), j.cols()), options, direction);
  result.direction = direction.cast<double>();
  return result;
}

PartialInverseResult qr_svd_single(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const MatrixF j = jacobian.dense().cast<float>();
  const VectorF rounded = g.cast<float>();
  if (!j.allFinite() || !rounded.allFinite()) return not_a_number(jacobian.cols());
  const bool wide = j.rows() <= j.cols();
  const Index rank = std::min(j.rows(), j.cols());
  const Eigen::HouseholderQR<MatrixF> qr(wide ? MatrixF(j.transpose()) : j);
  const MatrixF r = qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>();
  VectorF direction;
  PartialInverseResult result;
  if (wide) {
    VectorF inner;
    result = inverse_of(r.transpose(), rounded, 0, j.cols() - rank, options, inner);
    direction = VectorF::Zero(j.cols());
    direction.head(rank) = inner;
    direction.applyOnTheLeft(qr.householderQ());
  } else {
    VectorF rotated = rounded;
    rotated.applyOnTheLeft(qr.householderQ().adjoint());
    result = inverse_of(r, rotated.head(rank), rotated.tail(j.rows() - rank).norm(), 0, options, direction);
  }
  result.direction = direction.cast<double>();
  return result;
}

}  // namespace physgrad::kernels
