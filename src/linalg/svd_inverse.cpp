#include "physgrad/linalg/svd_inverse.hpp"

#include <cmath>

#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad {

PartialInverseResult partial_inverse_of(const ThinSvd& svd, MatrixShape shape, const Vector& g, double outside,
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

}  // namespace physgrad
