// Kernels `svd` and `qr-svd` in single precision, the published practice (Schnell, Holl & Thuerey 2022): J and g
// rounded to single precision, the decomposition, the function and the result in it, and singular values dropped by s
// <= tau s_max alone. There is no floor of round-off: tau = 1e-10 drops nothing but the exact zeros that the
// decomposition itself puts in place of values it deflates, and the vectors of singular values near 1e-7 s_max are
// noise that the published results contain. The error estimate, against the exact result for the given J, says so.
#include "physgrad/linalg/svd_single.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/shared_products.hpp"
#include "physgrad/linalg/thin_svd.hpp"

namespace physgrad::kernels {
namespace {

using MatrixF = Eigen::MatrixXf;
using VectorF = Eigen::VectorXf;

constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

// J and g in single precision, J times a power of two that keeps squares in range where they would leave it.
struct Rounded {
  MatrixF j;
  VectorF g;
  double scale = 1;
  double lost_j =
      0;  // norm of what rounding took from J (times scale) beyond ordinary round-off: numbers that underflow
  double lost_g = 0;

  [[nodiscard]] bool finite() const { return j.allFinite() && g.allFinite(); }
};

// |exact - rounded|, and 0 where that is what rounding to single precision does.
template <class Exact, class Single>
double lost(const Exact& exact, const Single& rounded) {
  const double size = (exact - rounded.template cast<double>()).stableNorm();
  return size > kEpsilon * exact.stableNorm() ? size : 0.0;
}

Rounded rounded(const Matrix& j, const Vector& g) {
  Rounded result{j.cast<float>(), g.cast<float>()};
  if (!result.finite()) return result;
  result.lost_j = lost(j, result.j);
  result.lost_g = lost(g, result.g);
  const float largest = result.j.cwiseAbs().maxCoeff();
  if (largest == 0 || (largest > 1e-10F && largest < 1e10F)) return result;
  result.scale = std::exp2(-std::ilogb(largest));
  result.j = (result.j.cast<double>() * result.scale).cast<float>();
  result.lost_j *= result.scale;
  return result;
}

// J = left * matrix * right^T with an orthonormal left or right factor that has been removed already, or none.
PartialInverseResult inverse_of(const MatrixF& matrix, const VectorF& g, double outside, Index missing_cols,
                                const Rounded& of, const PartialInverseOptions& options, VectorF& direction) {
  const BackendThreads scope(options.chosen_backend(), library_threads(std::min(matrix.rows(), matrix.cols()),
                                                                       kThreadedSvdFrom, options.threads));
  const BasicThinSvd<float> svd = thin_svd(matrix, options.chosen_backend());
  const VectorF& s = svd.values;
  const float threshold = static_cast<float>(options.tau) * s[0];
  PartialInverseResult result;
  const VectorF c = svd.u.transpose() * g;
  VectorF product = VectorF::Zero(s.size());
  double gain = 0;
  for (Index i = 0; i < s.size() && s[i] > threshold; ++i) {
    const float f = std::pow(s[i], -static_cast<float>(options.kappa));
    gain = std::max(gain, static_cast<double>(f));
    product[i] = f * c[i];
    ++result.kept_rank;
  }
  direction = svd.v * product;
  result.singular_values = s.cast<double>();
  result.singular_max = result.singular_values[0];
  if (result.kept_rank > 0) result.singular_min_kept = result.singular_values[result.kept_rank - 1];
  const Vector coefficients = c.cast<double>();
  const double lost_j = of.lost_j > 0 ? of.lost_j / result.singular_max : 0.0;
  const SpectralView view{.values = result.singular_values,
                          .coefficients = coefficients,
                          .kept = result.kept_rank,
                          .threshold = threshold,
                          .kappa = options.kappa,
                          .outside = std::hypot(outside, remainder_norm(g.cast<double>(), coefficients)),
                          .null_cols = missing_cols,
                          .epsilon = std::max(effective_epsilon(svd), lost_j)};
  const double error = of.lost_j > 0 && result.singular_max == 0 ? std::numeric_limits<double>::infinity()
                                                                 : std::hypot(svd_error(view), of.lost_g * gain);
  result.error_estimate = relative_error(error, product.cast<double>().norm());
  return result;
}

// Back from the scaled J; what single precision cannot hold becomes infinite.
void finish_single(const VectorF& direction, double scale, double kappa, PartialInverseResult& result) {
  result.direction = direction.cast<double>();
  if (scale == 1) return;
  result.direction = (std::pow(scale, kappa) * result.direction).cast<float>().cast<double>();
  result.singular_values /= scale;
  result.singular_max /= scale;
  result.singular_min_kept /= scale;
}

}  // namespace

PartialInverseResult svd_single(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const Rounded single = rounded(jacobian.dense(), g);
  if (!single.finite()) return not_a_number(jacobian.cols());
  const Index rank = std::min(single.j.rows(), single.j.cols());
  VectorF direction;
  PartialInverseResult result = inverse_of(single.j, single.g, 0, single.j.cols() - rank, single, options, direction);
  finish_single(direction, single.scale, options.kappa, result);
  return result;
}

PartialInverseResult qr_svd_single(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const Rounded single = rounded(jacobian.dense(), g);
  if (!single.finite()) return not_a_number(jacobian.cols());
  const MatrixF& j = single.j;
  const bool wide = j.rows() <= j.cols();
  const Index rank = std::min(j.rows(), j.cols());
  const Eigen::HouseholderQR<MatrixF> qr(wide ? MatrixF(j.transpose()) : j);
  const MatrixF r = qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>();
  VectorF direction;
  PartialInverseResult result;
  if (wide) {
    VectorF inner;
    result = inverse_of(r.transpose(), single.g, 0, j.cols() - rank, single, options, inner);
    direction = VectorF::Zero(j.cols());
    direction.head(rank) = inner;
    direction.applyOnTheLeft(qr.householderQ());
  } else {
    VectorF rotated = single.g;
    rotated.applyOnTheLeft(qr.householderQ().adjoint());
    result = inverse_of(r, rotated.head(rank), rotated.tail(j.rows() - rank).norm(), 0, single, options, direction);
  }
  finish_single(direction, single.scale, options.kappa, result);
  return result;
}

}  // namespace physgrad::kernels
