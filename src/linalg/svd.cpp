// Kernel `svd`, the reference: J = U S V^T by divide and conquer in double precision (Gu & Eisenstat 1995), then
// J^{-kappa} g = V S^{-kappa} U^T g with singular values s <= tau s_max dropped.
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "linalg/error_estimate.hpp"
#include "linalg/kernels.hpp"
#include "linalg/lapack.hpp"
#include "linalg/thin_svd.hpp"
#include "linalg/truncation.hpp"

namespace physgrad {
namespace {

Vector probe(Index size, std::minstd_rand& engine) {
  return Vector::NullaryExpr(size, [&] { return engine() % 2 == 0 ? 1.0 : -1.0; });
}

// Random signs see a defect of Frobenius norm d with size d (Hutchinson 1990). Entries may lie beyond the range of
// squares.
double measure_defect(const Matrix& a, const ThinSvd& svd) {
  constexpr int kProbes = 3;
  const double largest = svd.values.size() > 0 ? svd.values[0] : 0.0;
  if (!(largest > 0)) return 0;
  std::minstd_rand engine(1);
  double defect = 0;
  for (int draw = 0; draw < kProbes; ++draw) {
    const Vector x = probe(a.cols(), engine);
    const Vector y = probe(svd.values.size(), engine);
    const Vector scaled = (svd.values / largest).cwiseProduct(svd.v.transpose() * x);
    defect = std::max({defect, ((a * x) / largest - svd.u * scaled).norm(),
                       (svd.u.transpose() * (svd.u * y) - y).norm(), (svd.v.transpose() * (svd.v * y) - y).norm()});
  }
  return defect;
}

}  // namespace

ThinSvd eigen_svd(const Matrix& a) {
  const Eigen::BDCSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  ThinSvd result{svd.matrixU(), svd.singularValues(), svd.matrixV()};
  result.defect = measure_defect(a, result);
  return result;
}

double effective_epsilon(const ThinSvd& svd) {
  constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
  // Ordinary round-off measures some eps per probe; only what exceeds that is a defect.
  const double ordinary = 8 * kEpsilon * std::sqrt(static_cast<double>(svd.u.rows() + svd.v.rows()));
  return std::max(kEpsilon, svd.defect - ordinary);
}

ThinSvd fast_svd(Matrix a) {
  if (!lapack::available()) return eigen_svd(a);
  const Matrix original = a;
  ThinSvd result;
  Matrix vt;
  if (!lapack::svd(a, result.u, result.values, vt)) return eigen_svd(original);
  result.v = vt.transpose();
  result.defect = measure_defect(original, result);
  return result;
}

PartialInverseResult partial_inverse_of(const ThinSvd& svd, Shape shape, const Vector& g, double outside,
                                        const PartialInverseOptions& options) {
  PartialInverseResult result;
  const Vector& s = svd.values;
  result.singular_values = s;
  result.singular_max = s.size() > 0 ? s[0] : 0.0;
  const double threshold = relative_threshold(options.tau, shape.rows, shape.cols) * result.singular_max;
  result.kept_rank = count_above(s, threshold);
  if (result.kept_rank > 0) result.singular_min_kept = s[result.kept_rank - 1];
  const Vector c = svd.u.transpose() * g;
  const Vector f = truncated_power(s, result.kept_rank, -options.kappa);
  const Vector coefficients = f.cwiseProduct(c);
  result.direction = svd.v * coefficients;
  const double outside_u = remainder_norm(g, c);
  const SpectralView view{.values = s,
                          .coefficients = c,
                          .kept = result.kept_rank,
                          .threshold = threshold,
                          .kappa = options.kappa,
                          .outside = std::hypot(outside, outside_u),
                          .null_cols = shape.cols - s.size(),
                          .epsilon = effective_epsilon(svd)};
  result.error_estimate = relative_error(svd_error(view), coefficients.stableNorm());
  return result;
}

namespace kernels {

PartialInverseResult svd(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  const Matrix& j = jacobian.dense();
  if (!j.allFinite()) return not_a_number(jacobian.cols());
  return partial_inverse_of(eigen_svd(j), {j.rows(), j.cols()}, g, 0.0, options);
}

}  // namespace kernels
}  // namespace physgrad
