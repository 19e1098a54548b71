// Kernel `krylov`: products with J and J^T only. Golub-Kahan bidiagonalisation started at g gives
//   J^{-kappa} g ~ V_k B_k^{-kappa} |g| e_1
// with the hard cut applied to the singular values of B_k (Ritz values). s_max, which decides where the cut is, comes
// from a second, short bidiagonalisation with a random start: g may have no component along its vector.
//
// The squared coefficients of g along the Ritz vectors are the weights of a Gauss quadrature of g's spectral measure.
// What a node stands for lies between its neighbours (Chebyshev, Markov & Stieltjes; Golub & Meurant 2010, chapter 6)
// until its residual shows that it has converged; the estimate counts every node with its share that may lie on the
// other side of the cut. Under weak damping it therefore asks for nearly all dimensions, as the problem does.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/golub_kahan.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/svd_inverse.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// Steps of the search for s_max; a spectrum that has not separated by then has a top cluster, and the bound says so.
constexpr Index kLargestSteps = 100;

struct Largest {
  double value = 0;
  double uncertainty = 0;
};

Index next_check(Index k) { return std::max(k + 1, k + k / 3); }

Vector random_start(Index size) {
  std::mt19937_64 engine(1);
  std::normal_distribution<double> normal;
  return Vector::NullaryExpr(size, [&] { return normal(engine); });
}

Largest largest_singular_value(JacobianOperator& jacobian, double scale, Index most, const Backend& backend) {
  GolubKahan process(jacobian, random_start(jacobian.rows()), scale);
  Largest result;
  Index check = 4;
  while (process.extend()) {
    if (process.columns() < check && !process.invariant()) continue;
    check = next_check(check);
    const ThinSvd svd = thin_svd(process.bidiagonal(), backend);
    const double residual = process.coupling() * std::abs(svd.u(svd.u.rows() - 1, 0));
    const double gap = svd.values.size() > 1 ? svd.values[0] - svd.values[1] : svd.values[0];
    result = {svd.values[0], residual * residual / std::max(gap, residual + kEpsilon * svd.values[0])};
    if (result.uncertainty <= 1e-13 * result.value || process.columns() >= std::min(kLargestSteps, most)) break;
  }
  return result;
}

struct Cut {
  double value;
  double uncertainty;
};

// |c| times the gain that a part of it may have on the other side of the cut. A node's residual bounds the part: what
// lies further from the node than the cut is at most residual / distance of it.
double misplaced(double value, double residual, double c, const Cut& cut, double gain) {
  const double distance = std::abs(value - cut.value);
  const double share = residual < distance ? residual / distance : 1.0;
  return share * gain * std::abs(c);
}

// The left null vector of a [k + 1 x k] lower bidiagonal matrix, entry by entry from its recurrence: its first and last
// entries may be far below round-off of the largest.
Vector left_null_vector(const Matrix& b) {
  Vector h = Vector::Ones(b.rows());
  for (Index i = 0; i + 1 < b.rows(); ++i) {
    h[i + 1] = -h[i] * b(i, i) / b(i + 1, i);
    if (std::abs(h[i + 1]) > 1) h.head(i + 2) /= std::abs(h[i + 1]);
  }
  return h.normalized();
}

double unresolved(const GolubKahan& process, const Matrix& b, const ThinSvd& svd, double g_norm, const Cut& cut,
                  double largest, double kappa, bool ended_early) {
  const double gain = std::max(std::pow(cut.value, -kappa), std::pow(largest, -kappa));
  const Index last = b.rows() - 1;
  const bool exact = process.invariant() && cut.uncertainty == 0;
  const double round_off = exact ? 0.0 : kEpsilon * largest;
  double sum = 0;
  for (Index i = 0; i < svd.values.size(); ++i) {
    const double residual = process.coupling() * std::abs(svd.u(last, i)) + cut.uncertainty + round_off;
    sum += misplaced(svd.values[i], residual, g_norm * svd.u(0, i), cut, gain);
  }
  if (b.rows() == b.cols()) return sum;
  // B has a row more than columns: a node at 0 stands for what no Ritz vector holds. A process that ended early did so
  // because what followed was shorter than its own round-off.
  const Vector h = left_null_vector(b);
  const double residual = std::max(process.coupling() * std::abs(h[last]), ended_early ? 10 * kEpsilon * largest : 0.0);
  return sum + misplaced(0, residual + cut.uncertainty, g_norm * h[0], cut, gain);
}

// Round-off couples the subspace to directions outside of it, which may have any singular value down to the cut.
double outside_coupling(const ThinSvd& svd, const Vector& c, const Cut& cut, double kappa, Index missing) {
  const double sigma = kEpsilon * svd.values[0];
  double sum = 0;
  for (Index i = 0; i < svd.values.size(); ++i) {
    const double f = svd.values[i] > cut.value ? std::pow(svd.values[i], -kappa) : 0.0;
    const double distance = std::abs(svd.values[i] - cut.value) + sigma;
    const double gain = std::pow(cut.value, -kappa);
    sum += std::pow(c[i] * std::min(sigma / distance * (f + gain), f + gain), 2);
  }
  return missing > 0 ? std::sqrt(sum) : 0.0;
}

struct Problem {
  const PartialInverseOptions& options;
  MatrixShape shape;
  double g_norm;
  Largest largest;
};

// The function of the projected problem; result.direction holds coefficients in the basis V_k.
PartialInverseResult project(const GolubKahan& process, const Problem& problem) {
  const Matrix b = process.bidiagonal();
  const ThinSvd svd = thin_svd(b, problem.options.chosen_backend());
  const Vector c = problem.g_norm * svd.u.row(0).transpose();
  const double kappa = problem.options.kappa;
  const double relative = relative_threshold(problem.options.tau, problem.shape.rows, problem.shape.cols);
  PartialInverseResult result;
  result.singular_max = std::max(problem.largest.value, svd.values[0]);
  const Cut cut{relative * result.singular_max, relative * problem.largest.uncertainty};
  result.kept_rank = count_above(svd.values, cut.value);
  if (result.kept_rank > 0) result.singular_min_kept = svd.values[result.kept_rank - 1];
  const Vector f = truncated_power(svd.values, result.kept_rank, -kappa);
  result.direction = svd.v * f.cwiseProduct(c);
  result.slope = slope_of(svd.values, c, result.kept_rank, kappa);
  const SpectralView view{.values = svd.values,
                          .coefficients = c,
                          .kept = result.kept_rank,
                          .threshold = cut.value,
                          .kappa = kappa,
                          .outside = problem.g_norm * std::sqrt(std::max(0.0, 1 - svd.u.row(0).squaredNorm())),
                          .null_cols = problem.shape.cols - svd.values.size(),
                          .epsilon = effective_epsilon(svd)};
  const Index missing = std::min(problem.shape.rows, problem.shape.cols) - svd.values.size();
  const double error = std::hypot(
      svd_error(view),
      unresolved(process, b, svd, problem.g_norm, cut, result.singular_max, kappa, process.invariant() && missing > 0),
      outside_coupling(svd, c, cut, kappa, missing));
  result.error_estimate = relative_error(error, result.direction.stableNorm());
  result.iterations = process.columns();
  return result;
}

// A power of two near |J|, so that squares neither overflow nor underflow.
double scale_of(JacobianOperator& jacobian) {
  const Vector start = random_start(jacobian.rows());
  const double norm = jacobian.transpose_times(start).stableNorm() / start.norm();
  return norm > 0 && std::isfinite(norm) ? std::exp2(std::ilogb(norm)) : 1.0;
}

PartialInverseResult zero(Index cols) {
  PartialInverseResult result;
  result.direction = Vector::Zero(cols);
  return result;
}

// The least dimension, however small the limit.
constexpr Index kLeastDimension = 8;

// Dimension that is expected to be needed where the kernel is chosen for its memory.
constexpr double kExpectedDimension = 200;

// Numbers held with subspaces of `dimension`: two bases in panels, the small problem and its decomposition.
double doubles(Index rows, Index cols, double dimension) {
  // B, its copy, both factors and the workspace of divide and conquer.
  return (dimension + static_cast<double>(PanelBasis::kWidth)) * static_cast<double>(rows + cols) +
         8 * dimension * dimension;
}

// The largest dimension that fits into `bytes`, and at least the least.
Index largest_dimension(Index rows, Index cols, double bytes) {
  const auto sides = static_cast<double>(rows + cols);
  const double room = std::max(0.0, bytes / 8 - static_cast<double>(PanelBasis::kWidth) * sides);
  const double most = 2 * room / (sides + std::sqrt(sides * sides + 32 * room));
  const auto all = static_cast<double>(std::max(rows, cols));
  return std::max(kLeastDimension, static_cast<Index>(std::isfinite(most) ? std::min(most, all) : all));
}

PartialInverseResult krylov(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  // What does not fit is left out, and the estimate says what that costs.
  const Index most = largest_dimension(jacobian.rows(), jacobian.cols(), options.memory_limit_bytes);
  const double scale = scale_of(jacobian);
  const Largest largest = largest_singular_value(jacobian, scale, most, options.chosen_backend());
  const double g_norm = g.stableNorm();
  if (g_norm == 0) return zero(jacobian.cols());
  const Problem problem{options, {jacobian.rows(), jacobian.cols()}, g_norm, largest};
  GolubKahan process(jacobian, g, scale);
  PartialInverseResult result = zero(jacobian.cols());
  Index check = 2;
  while (process.extend()) {
    const bool full = process.columns() >= most;
    if (process.columns() < check && !process.invariant() && !full) continue;
    check = next_check(check);
    result = project(process, problem);
    if (result.error_estimate <= options.accuracy || process.invariant() || full) break;
  }
  if (!process.finite()) return not_a_number(jacobian.cols());
  if (process.columns() == 0) {
    // J^T g is round-off or zero: a zero answer has no digits to vouch for.
    result.error_estimate = largest.value > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    return result;
  }
  result.direction = std::pow(scale, -options.kappa) * process.right(result.direction);
  result.slope *= std::pow(scale, 1 - options.kappa);
  result.singular_max *= scale;
  result.singular_min_kept *= scale;
  return result;
}

// Iteration stops where the bases would outgrow the limit.
double bytes(const JacobianSize& size, const PartialInverseOptions& options) {
  const double expected = 8 * doubles(size.rows, size.cols, std::min(size.small(), kExpectedDimension));
  const double least = 8 * doubles(size.rows, size.cols, static_cast<double>(kLeastDimension));
  return std::min(expected, std::max(options.memory_limit_bytes, least));
}

double operations(const JacobianSize& size, Index iterations) {
  const auto k = static_cast<double>(iterations);
  return 4 * k * k * (size.small() + size.large());  // orthogonalised twice
}

// It goes on until its estimate is what was asked.
double predicted_error(const PartialInverseOptions& options) { return options.accuracy; }

}  // namespace

// Under weak damping it takes nearly all dimensions, and then longer than the others: `auto` takes it for its memory.
extern const KernelEntry krylov_entry{.name = "krylov",
                                      .order = 5,
                                      .run = krylov,
                                      .bytes = bytes,
                                      .operations = operations,
                                      .predicted_error = predicted_error,
                                      .safer = "qr-svd",
                                      .any_memory = true};

}  // namespace physgrad::kernels
