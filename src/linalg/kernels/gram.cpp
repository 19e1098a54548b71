// Kernel `gram`: eigendecomposition Q Lambda Q^T of the Gram matrix of the smaller side, with lambda = s^2,
//   rows <= cols:  J^{-kappa} g = J^T Q f(Lambda) Q^T g,    f(lambda) = lambda^{-(1 + kappa) / 2}
//   else:          J^{-kappa} g = Q f(Lambda) Q^T J^T g
// (Higham, Functions of Matrices, 2008, chapter 8). Squaring costs half of the digits: singular values below about
// 1e-8 s_max are lost, and the error estimate says so.
#include "physgrad/linalg/kernels/gram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/kernels/structured.hpp"
#include "physgrad/linalg/symmetric_eigen.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad::kernels {
namespace {

/// `c` holds the right-hand side in the basis of eigenvectors, `above` values exceed the truncation.
Index kept_by(const RankRule& rule, const GramProblem& problem, const Vector& values, const Vector& c, const Vector& g,
              Index above) {
  if (above == 0 || !rule) return above;
  // Of J^T g on the other side; where a value has drowned, so has its coefficient.
  const double drowned = std::sqrt(std::numeric_limits<double>::epsilon()) * values[0];
  const Vector coefficients = problem.wide ? c : Vector(c.cwiseQuotient(values.cwiseMax(drowned)));
  const double outside = problem.wide ? 0.0 : std::max(0.0, g.squaredNorm() - coefficients.squaredNorm());
  return std::clamp<Index>(rule({values, coefficients, outside, above, g.size()}), 1, above);
}

}  // namespace

PartialInverseResult gram_inverse(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options,
                                  const RankRule& rule) {
  GramProblem problem = gram_problem(jacobian, g, options.chosen_backend(), kPaddedTo);
  if (non_finite(jacobian, problem, g)) return not_a_number(jacobian.cols());
  PartialInverseResult result;
  result.error_estimate = std::numeric_limits<double>::infinity();
  if (!usable(problem)) return result;
  const SymmetricEigen eigen(std::move(problem.matrix), problem.rhs.size(), options.chosen_backend(), options.threads);
  if (!eigen.valid()) return result;

  const Vector& lambda = eigen.values();
  const Vector c = eigen.transposed_times(0, lambda.size(), problem.rhs);
  const double relative = relative_threshold(options.tau, jacobian.rows(), jacobian.cols());
  double threshold = relative * relative * lambda[0];
  result.singular_values = lambda.cwiseMax(0.0).cwiseSqrt();
  result.kept_rank = kept_by(rule, problem, result.singular_values, c, g, count_above(lambda, threshold));
  if (result.kept_rank < lambda.size()) threshold = std::max(threshold, lambda[result.kept_rank]);
  result.singular_max = result.singular_values[0];
  if (result.kept_rank > 0) result.singular_min_kept = result.singular_values[result.kept_rank - 1];

  const Vector f = truncated_power(lambda, result.kept_rank, -0.5 * (1 + options.kappa));
  const Vector w = eigen.times(0, f.cwiseProduct(c));
  result.slope = (problem.wide ? f.cwiseProduct(lambda) : f).dot(c.cwiseAbs2());
  result.direction = finish(jacobian, problem, w);
  const SpectralView view{
      .values = lambda, .coefficients = c, .kept = result.kept_rank, .threshold = threshold, .kappa = options.kappa};
  result.error_estimate = relative_error(gram_error(view, problem.wide, g.stableNorm()), result.direction.stableNorm());
  return result;
}

namespace {

PartialInverseResult gram(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  return gram_inverse(jacobian, g, options, nullptr);
}

double bytes(const JacobianSize& size, const PartialInverseOptions& /*options*/) {
  return 8 * (size.formed() + 3 * size.square());  // reflectors, eigenvectors of T, divide and conquer
}

// Golub & Van Loan 2013, section 8.3.
double operations(const JacobianSize& size, Index /*iterations*/) { return size.gram_operations() + 9 * size.cube(); }

double predicted_error(const PartialInverseOptions& options) { return gram_form_error(options.tau); }

}  // namespace

// Below the rank from which tridiagonalisation and contour beat an eigendecomposition (structured.cpp).
extern const KernelEntry gram_entry{.name = "gram",
                                    .order = 2,
                                    .run = gram,
                                    .bytes = bytes,
                                    .operations = operations,
                                    .pays_from = 0,
                                    .pays_below = kStructuredFrom,
                                    .predicted_error = predicted_error,
                                    .successor = "two-level",
                                    .safer = "two-level",
                                    .gram = true,
                                    .singular_values = true};

}  // namespace physgrad::kernels
