// Kernel `two-level`: the Gram form for truncations that one Gram matrix cannot resolve. The eigenvectors of the small
// part meet J itself and their images' own Gram matrix is decomposed again, level by level (graded.hpp):
//   rows <= cols:  J^{-kappa} g = A f(A^T A) g,    A = J^T,   f(lambda) = lambda^{-(1 + kappa) / 2} above the cut
//   else:          J^{-kappa} g = f(A^T A) A^T g,  A = J
// Errors are those of a singular value decomposition, eps s_max / s, and within a level eps / reach^2.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/graded.hpp"
#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// The error of a level is about eps / reach^2: as many decades as the asked accuracy leaves.
double reach_for(double accuracy) { return std::clamp(std::sqrt(3 * kEpsilon / accuracy), 3e-4, 1e-2); }

// What lies below the cut may cost this share of the asked accuracy.
constexpr double kBelowShare = 0.01;

TallOperator tall_operator(JacobianOperator& jacobian, bool wide) {
  const auto forward = [&jacobian](const Matrix& x) {
    return x.cols() == 1 ? Matrix(jacobian.times(x.col(0))) : jacobian.times_many(x);
  };
  const auto backward = [&jacobian](const Matrix& y) {
    return y.cols() == 1 ? Matrix(jacobian.transpose_times(y.col(0))) : jacobian.transpose_times_many(y);
  };
  if (wide) return {backward, forward};
  return {forward, backward};
}

Vector concatenated(const std::vector<Vector>& parts) {
  Index size = 0;
  for (const Vector& part : parts) size += part.size();
  Vector result(size);
  Index at = 0;
  for (const Vector& part : parts) {
    result.segment(at, part.size()) = part;
    at += part.size();
  }
  return result;
}

struct Levels {
  const std::vector<GradedSvd::Spectrum>& spectra;
  std::size_t resolved;                     // as many are levels; one more lies below the cut
  const std::vector<Vector>& coefficients;  // of g along the left singular vectors of J
  double threshold;
  double kappa;
};

// The rotation between two of the spectra, in the Gram matrix of the first of them or, of what lies below the cut, of
// the first level, is corrected by s_j^2 / s_i^2 of itself too little: the first-order formula divides by s_i^2 in
// place of s_i^2 - s_j^2.
double rotation_error(const Levels& at, std::size_t level, std::size_t next) {
  // In units of s_max and of the coefficients, so that no square overflows.
  const double top = std::sqrt(at.spectra[0].eigenvalues[0]);
  const Vector s = at.spectra[level].eigenvalues.cwiseSqrt() / top;
  const Vector t = at.spectra[next].eigenvalues.cwiseMax(0.0).cwiseSqrt() / top;
  const double source = next < at.resolved ? s[0] : 1.0;
  const Vector f = truncated_power(s, at.spectra[level].kept, -at.kappa);
  const Vector h = truncated_power(t, at.spectra[next].kept, -at.kappa);
  const double n = static_cast<double>(s.size() + t.size());
  const double unit = kEpsilon * (1 / std::sqrt(n) + 6 / n);
  const double size = std::hypot(at.coefficients[level].stableNorm(), at.coefficients[next].stableNorm());
  if (!(size > 0)) return 0;
  const Vector c = at.coefficients[level] / size;
  const Vector d = at.coefficients[next] / size;
  double sum = 0;
  for (Index i = 0; i < at.spectra[level].kept; ++i) {
    for (Index j = 0; j < t.size(); ++j) {
      const double ratio = t[j] / s[i];
      const double left = unit * (source / s[i]) * (source / s[i]) * ratio / std::max(1 - ratio * ratio, kEpsilon);
      const double change = left * (f[i] * std::abs(d[j]) + h[j] * std::abs(c[i]));
      sum += change * change;
    }
  }
  return size * std::pow(top, -at.kappa) * std::sqrt(sum);
}

// What is left of a correction to first order where the rotation is `angle`, its square, at worst.
double squared_rotation(const Levels& at, double angle, double g_norm) {
  const double largest = std::sqrt(at.spectra[0].eigenvalues[0]);
  return angle * angle * std::max(std::pow(at.threshold, -at.kappa), std::pow(largest, -at.kappa)) * g_norm;
}

// What it costs that the images of what lies below the cut are not formed.
double below_error(const Levels& at, double g_norm) {
  double error = 0, smallest = 0;
  for (std::size_t l = 0; l < at.resolved; ++l) {
    error = std::hypot(error, rotation_error(at, l, at.resolved));
    if (at.spectra[l].kept > 0) smallest = at.spectra[l].eigenvalues[at.spectra[l].kept - 1];
  }
  // Each of a few entries may be that many times eps off.
  constexpr double kAngle = 4 * kEpsilon;
  return smallest > 0
             ? std::hypot(error, squared_rotation(at, kAngle * at.spectra[0].eigenvalues[0] / smallest, g_norm))
             : error;
}

// What the Gram matrices of the levels cost: each its own round-off, and what the correction of the rotation leaves.
double level_errors(const Levels& at, bool wide, double g_norm) {
  double error = at.resolved < at.spectra.size() ? below_error(at, g_norm) : 0;
  for (std::size_t l = 0; l < at.resolved; ++l) {
    const Vector& lambda = at.spectra[l].eigenvalues;
    const Vector& left = at.coefficients[l];
    const Vector c = wide ? left : Vector(lambda.cwiseMax(0.0).cwiseSqrt().cwiseProduct(left));
    const SpectralView view{.values = lambda,
                            .coefficients = c,
                            .kept = at.spectra[l].kept,
                            .threshold = at.threshold * at.threshold,
                            .kappa = at.kappa};
    error = std::hypot(error, gram_error(view, wide, wide ? g_norm : left.stableNorm()));
    if (l + 1 < at.resolved)
      error = std::hypot(error, squared_rotation(at, at.spectra[l].rotation, g_norm), rotation_error(at, l, l + 1));
  }
  return error;
}

PartialInverseResult two_level(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  GramProblem problem = gram_problem(jacobian, g, options.chosen_backend(), kPaddedTo);
  if (non_finite(jacobian, problem, g)) return not_a_number(jacobian.cols());
  PartialInverseResult result;
  result.error_estimate = std::numeric_limits<double>::infinity();
  if (!usable(problem)) return result;

  const bool wide = problem.wide;
  const double relative = relative_threshold(options.tau, jacobian.rows(), jacobian.cols());
  const GradedSvd svd(tall_operator(jacobian, wide), std::move(problem.matrix), problem.rhs.size(),
                      {.cut = relative,
                       .reach = reach_for(options.accuracy),
                       .unresolved = kBelowShare * options.accuracy,
                       .threads = options.threads},
                      options.chosen_backend());
  if (!svd.valid()) return result;

  const double exponent = -0.5 * (1 + options.kappa);
  std::vector<Vector> coefficients;
  result.direction = wide ? svd.apply(g, exponent, coefficients) : svd.apply_transposed(g, exponent, coefficients);
  const std::vector<GradedSvd::Spectrum> spectra = svd.spectra();
  std::vector<Vector> values;
  result.slope = 0;
  for (std::size_t l = 0; l < spectra.size(); ++l) {
    values.push_back(spectra[l].eigenvalues.cwiseMax(0.0).cwiseSqrt());
    result.kept_rank += spectra[l].kept;
    result.slope += slope_of(values.back(), coefficients[l], spectra[l].kept, options.kappa);
  }
  const Vector s = concatenated(values);
  result.singular_max = s[0];
  if (result.kept_rank > 0) result.singular_min_kept = s[result.kept_rank - 1];

  const double threshold = relative * result.singular_max;
  const Vector c = concatenated(coefficients);
  const SpectralView view{.values = s,
                          .coefficients = c,
                          .kept = result.kept_rank,
                          .threshold = threshold,
                          .kappa = options.kappa,
                          .outside = remainder_norm(g, c),
                          .null_cols = jacobian.cols() - c.size()};
  const double levels =
      level_errors({spectra, svd.levels(), coefficients, threshold, options.kappa}, wide, g.stableNorm());
  const double norm = result.direction.stableNorm();
  result.singular_values = s;
  std::sort(result.singular_values.begin(), result.singular_values.end(), std::greater<>());  // below the cut: noise
  result.error_floor = relative_error(svd_error(view), norm);
  result.error_estimate = relative_error(std::hypot(levels, svd_error(view)), norm);
  return result;
}

double bytes(const JacobianSize& size, const PartialInverseOptions& /*options*/) {
  // Images of two small parts and eigenvectors, where each level leaves nearly all to the next one.
  return 8 * (size.formed() + 2 * size.matrix() + 4 * size.square());
}

// Two eigendecompositions and the images between.
double operations(const JacobianSize& size, Index /*iterations*/) {
  return size.gram_operations() + 4 * size.product() + 18 * size.cube();
}

// What a level costs stays below eps over the square of its deepest reach, 1e-2.
double predicted_error(const PartialInverseOptions& /*options*/) { return 1e-11; }

// Rank from which eigendecompositions and products beat QR and the SVD of its factor (scripts/crossovers;
// docs/partial-inverse.md has its tables).
constexpr Index kTwoLevelFrom = 16;

}  // namespace

extern const KernelEntry two_level_entry{.name = "two-level",
                                         .order = 4,
                                         .run = two_level,
                                         .bytes = bytes,
                                         .operations = operations,
                                         .pays_from = kTwoLevelFrom,
                                         .predicted_error = predicted_error,
                                         .successor = "qr-svd",
                                         .safer = "qr-svd",
                                         .gram = true,
                                         .singular_values = true};

}  // namespace physgrad::kernels
