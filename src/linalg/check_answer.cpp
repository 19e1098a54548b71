// Whether an answer can be believed, by one product: with p = J^T g, the number p . direction is the sum of
// s^{1 - kappa} c^2 over the kept singular values, c the coefficients of g, which every kernel knows from its
// decomposition. All terms are positive; an answer that was put together from wrong vectors, values or scales misses
// the sum by far more than round-off and its own estimate allow. p also tells a Jacobian that is not finite from an
// answer that is not.
#include "physgrad/linalg/check_answer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "physgrad/linalg/truncation.hpp"

namespace physgrad::kernels {
namespace {

// Wrong answers miss by orders of magnitude; the estimates are promised within one.
constexpr double kAllowance = 100;

std::string slope_fault(const Vector& product, const Vector& g, const PartialInverseResult& result) {
  const double norm = result.direction.stableNorm();
  if (std::isnan(result.slope) || !std::isfinite(result.error_estimate) || !(norm > 0)) return {};
  const double seen = product.dot(result.direction / norm), expected = result.slope / norm;
  // Their squares may leave the range of numbers where the answer does not.
  if (!std::isfinite(seen) || !std::isfinite(expected)) return {};
  const double round_off = std::numeric_limits<double>::epsilon() * std::sqrt(static_cast<double>(g.size()));
  const double allowed =
      kAllowance * (result.error_estimate * product.stableNorm() + round_off * result.singular_max * g.stableNorm());
  if (std::abs(seen - expected) <= allowed) return {};
  return fmt::format(
      "its answer fails the check by one product (J^T g . direction is {:.3e}, by its decomposition {:.3e})",
      seen * norm, result.slope);
}

}  // namespace

PartialInverseResult not_a_number(Index cols) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  PartialInverseResult result;
  result.direction = Vector::Constant(cols, kNan);
  result.singular_max = kNan;
  result.singular_min_kept = kNan;
  result.error_estimate = kNan;
  return result;
}

double slope_of(const Vector& values, const Vector& coefficients, Index kept, double kappa) {
  return truncated_power(values, kept, 1 - kappa).dot(coefficients.cwiseAbs2());
}

void check_answer(JacobianOperator& jacobian, const Vector& g, PartialInverseResult& result) {
  if (result.direction.size() != jacobian.cols()) {
    result.failure = "it has no answer";
    return;
  }
  const bool finite = result.direction.allFinite();
  if (finite && std::isnan(result.slope)) return;
  const Vector product = jacobian.transpose_times(g);
  if (!product.allFinite()) return;
  result.failure = finite ? slope_fault(product, g, result) : "its answer is not finite";
  if (!result.failure.empty()) result.error_estimate = std::numeric_limits<double>::infinity();
}

}  // namespace physgrad::kernels
