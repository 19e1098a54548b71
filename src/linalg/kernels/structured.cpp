// Kernel `structured`: the Gram form without eigenvectors, for Jacobians whose Gram matrix needs no J.
//   K = J J^T = Q B Q^T,   J^{-kappa} g = J^T Q f(B) Q^T g,   f(lambda) = lambda^{-(1 + kappa) / 2} above the cut, else
//   0
// with B a narrow band, tridiagonal where K is small. Q is kept as reflectors that meet one vector twice; f(B) acts
// through a contour integral (contour.cpp); counts (spectral_cut.cpp) find the gap the contour passes through. Singular
// values other than the ones next to the cut are not computed. The error estimate repeats f(B) c with B changed by the
// size of its round-off.
#include "physgrad/linalg/kernels/structured.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <utility>

#include "physgrad/linalg/band_reduction.hpp"
#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/contour.hpp"
#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/one_stage.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// An eigenvalue closer to the threshold than this (relative to the largest) may belong to the other side.
constexpr double kDecision = 8 * kEpsilon;

// Block columns of half storage.
constexpr Index kBlockWidth = 64;

// Orders below this are small: no average over many entries, and the probe costs next to nothing.
constexpr Index kSmall = 64;

double frobenius_norm(const SymmetricBand& b) {
  double square = 0;
  for (Index d = 0; d <= b.width(); ++d)
    square += (d == 0 ? 1 : 2) * b.entries.row(d).head(std::max<Index>(b.order() - d, 0)).squaredNorm();
  return std::sqrt(square);
}

// B with every entry moved up or down by what round-off does. Backward errors of reflections are of the size of the
// Frobenius norm, spread over all entries (Higham 2002, section 19.3): for eigenvalues that are all alike that is below
// eps in each, where many small errors average, for decaying ones far less; more on small matrices, where a few draws
// must stand for all directions and signs may cancel; less where a row has more entries. The signs are fixed, so that
// equal input gives equal output.
SymmetricBand perturbed(const SymmetricBand& b, unsigned draw) {
  const bool small = b.order() < kSmall;
  const double root = std::sqrt(static_cast<double>(b.order())), norm = small ? root : frobenius_norm(b);
  const double in_a_row = 3.0 / static_cast<double>(2 * b.width() + 1);
  const double size = kEpsilon * std::sqrt(in_a_row) * (0.3 * norm + (small ? 8 : 2)) / root;
  std::minstd_rand engine(draw);
  SymmetricBand result = b;
  for (Index d = 0; d <= b.width(); ++d)
    for (Index j = 0; j + d < b.order(); ++j) result.entries(d, j) += engine() % 2 == 0 ? size : -size;
  return result;
}

bool decided(const SpectralCut& cut, Index n) {
  if (!cut.decided) return false;
  const double margin = kDecision * cut.largest;
  if (cut.kept > 0 && cut.above - cut.threshold <= margin) return false;
  return cut.kept == n || cut.threshold - cut.below > margin;
}

// Norm of J^T Q delta through delta^T B delta, which round-off can make slightly negative.
double seminorm(const SymmetricBand& b, const Vector& delta, bool wide) {
  return wide ? std::sqrt(std::max(0.0, delta.dot(multiply(b, delta)))) : delta.norm();
}

double probe_error(const SymmetricBand& b, const ContourRule& rule, const Vector& c, const Vector& coarse, bool wide,
                   int threads) {
  const unsigned draws = b.order() < kSmall ? 8 : 1;
  double error = 0;
  for (unsigned draw = 1; draw <= draws; ++draw) {
    error = std::max(error, seminorm(b, rule.apply_coarse(perturbed(b, draw), c, threads) - coarse, wide));
  }
  return error;
}

// K = scale * Q B Q^T with B of order one, Q^T rhs = length * c with |c| = 1 (or c = 0).
struct Reduced {
  std::unique_ptr<Reduction> reduction;
  SymmetricBand b;
  double scale = 1;
  Vector c;
  double length = 1;
};

Reduced scaled(std::unique_ptr<Reduction> reduction, double unit, Vector c) {
  reduction->apply_q(true, c);
  SymmetricBand b = reduction->band();
  const double bound = spectral_bound(b);
  b.entries /= bound;
  const double length = c.stableNorm();
  if (length > 0) c /= length;
  return {std::move(reduction), std::move(b), bound / unit, std::move(c), length > 0 ? length : 1.0};
}

Reduced reduce(BlockLower matrix, Vector rhs, int threads) {
  const double unit = unit_for(trace(matrix));
  if (unit != 1) scale(matrix, unit);
  return scaled(band_reduction(std::move(matrix), threads), unit, std::move(rhs));
}

Reduced reduce(Matrix padded, Vector rhs, int threads) {
  const double unit = unit_for(padded.trace());
  if (unit != 1) padded *= unit;
  std::unique_ptr<Reduction> reduction = one_stage_reduction(std::move(padded), rhs.size(), threads);
  return scaled(std::move(reduction), unit, std::move(rhs));
}

// How the problem stands before the reduction is worth its time.
enum class Input { usable, not_a_number, out_of_range };

Input classify(JacobianOperator& jacobian, const Vector& g, bool finite, double trace) {
  if (finite) return trace > 1e-250 && trace < 1e250 ? Input::usable : Input::out_of_range;
  return jacobian.transpose_times(g).allFinite() ? Input::out_of_range : Input::not_a_number;
}

// K in half storage, in the end in the reduction's own hands.
Input reduce_in_half_storage(JacobianOperator& jacobian, const Vector& g, const Backend& backend, Reduced& out) {
  auto [matrix, rhs] = half_gram_problem(jacobian, g, backend, kBlockWidth);
  jacobian.forget();
  const Input input = classify(jacobian, g, all_finite(matrix) && rhs.allFinite(), trace(matrix));
  if (input == Input::usable) out = reduce(std::move(matrix), std::move(rhs), jacobian.threads());
  return input;
}

Input reduce_whole(JacobianOperator& jacobian, const Vector& g, const Backend& backend, Reduced& out) {
  GramProblem problem = gram_problem(jacobian, g, backend, kPaddedTo);
  const bool finite = (0.0 * problem.matrix).sum() == 0 && problem.rhs.allFinite();  // NaN otherwise
  const Input input = classify(jacobian, g, finite, problem.matrix.trace());
  if (input == Input::usable) out = reduce(std::move(problem.matrix), std::move(problem.rhs), jacobian.threads());
  return input;
}

// The products and reflections around f(B) c leave this much relative to it; seen with kappa near 0 and -1, where
// nothing else adds.
constexpr double kEvaluation = 128 * kEpsilon;
// A third of the nodes leaves the cube root of the error relative to the largest |f| on the contour, on dropped values
// as well: the difference of the two sums knows how much of c lies where. This times the difference is what all nodes
// leave, 4 kContourError^(2/3).
constexpr double kFromCoarse = 8.6e-9;
static_assert(kContourError == 1e-13);

// Fills what `result` says of f(B) c besides the direction; returns it. `ratio` = |g| / |rhs|.
Vector evaluate(const Reduced& reduced, const SpectralCut& cut, double exponent, bool wide, double ratio, int threads,
                PartialInverseResult& result) {
  const ContourRule rule(cut, exponent);
  auto [w, coarse] = rule.apply(reduced.b, reduced.c, threads);
  const double norm = seminorm(reduced.b, w, wide);
  const double quadrature = kFromCoarse * seminorm(reduced.b, w - coarse, wide);
  const double evaluation = std::hypot(kEvaluation * norm, quadrature);
  double product = 0;
  if (cut.kept > 0 && wide) {
    // Round-off of c reaches every kept direction, however little of g lies there.
    const double gain = std::max(std::pow(cut.above, exponent + 0.5), std::pow(cut.largest, exponent + 0.5));
    product = kEpsilon * (w.norm() + 32 * gain);
  } else if (cut.kept > 0) {
    product = 4 * kEpsilon * std::pow(cut.above, exponent) * ratio * result.singular_max;
  }
  const double probe = probe_error(reduced.b, rule, reduced.c, coarse, wide, threads);
  result.error_estimate = relative_error(std::hypot(probe, evaluation, product), norm);
  return std::move(w);
}

PartialInverseResult run(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  return structured(jacobian, g, options, kBandFrom);
}

// Of the reduction of a matrix of this order, and of the contour that follows. Below the crossover K stays where it is.
// Above, half of it is kept in block columns; a Gram matrix that was formed from J is whole until then.
double reduction_doubles(double order, bool whole, int threads) {
  const double square = order * order;
  if (order < static_cast<double>(kBandFrom)) {
    constexpr auto kMultiple = static_cast<double>(kPaddedTo);
    const double padded = std::ceil(order / kMultiple) * kMultiple;
    return padded * padded + threads * (contour_doubles(1, order) + 2 * padded) + 10 * order;
  }
  // Half of the diagonal blocks and of the odd strides, factors, three bands, vectors; what each thread has of a panel.
  const double half = 0.5 * (square + (kBlockWidth + BlockLower::kMultiple) * order) + 48 * order;
  const double reduction = half + threads * contour_doubles(kBandWidth, order) + 48 * (threads - 1) * order;
  return whole ? std::max(1.5 * square + 32 * order, reduction) : reduction;
}

double bytes(const JacobianSize& size, const PartialInverseOptions& options) {
  return 8 * (size.formed() + reduction_doubles(size.small(), size.formed() > 0, options.threads));
}

// A tridiagonal form (Golub & Van Loan 2013, section 8.3), and solves of the order of the square.
double operations(const JacobianSize& size, Index /*iterations*/) {
  return size.gram_operations() + 4.0 / 3.0 * size.cube();
}

double predicted_error(const PartialInverseOptions& options) { return gram_form_error(options.tau); }

}  // namespace

extern const KernelEntry structured_entry{.name = "structured",
                                          .order = 3,
                                          .run = run,
                                          .bytes = bytes,
                                          .operations = operations,
                                          .pays_from = kStructuredFrom,
                                          .predicted_error = predicted_error,
                                          .worth_trying = true,
                                          .successor = "two-level",
                                          .safer = "two-level",
                                          .gram = true,
                                          .half_gram_from = kBandFrom};

PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options,
                                Index band_from) {
  const Index n = std::min(jacobian.rows(), jacobian.cols());
  const bool wide = jacobian.rows() <= jacobian.cols();
  const Backend& backend = options.chosen_backend();
  Reduced reduced;
  const Input input = n >= band_from ? reduce_in_half_storage(jacobian, g, backend, reduced)
                                     : reduce_whole(jacobian, g, backend, reduced);
  if (input == Input::not_a_number) return not_a_number(jacobian.cols());
  PartialInverseResult result;
  result.error_estimate = std::numeric_limits<double>::infinity();
  if (input != Input::usable || !std::isfinite(reduced.scale)) return result;

  const SpectralCut cut = cut_spectrum(reduced.b, relative_threshold(options.tau, jacobian.rows(), jacobian.cols()));
  result.kept_rank = cut.kept;
  result.singular_max = std::sqrt(cut.largest * reduced.scale);
  result.singular_min_kept = std::sqrt(cut.above * reduced.scale);
  if (!decided(cut, n)) return result;

  const double exponent = -0.5 * (1 + options.kappa);
  Vector w = evaluate(reduced, cut, exponent, wide, g.stableNorm() / reduced.length, jacobian.threads(), result);
  const double slope = reduced.c.dot(wide ? multiply(reduced.b, w) : w);
  result.slope = slope * std::pow(reduced.scale, exponent + (wide ? 1 : 0)) * reduced.length * reduced.length;
  reduced.reduction->apply_q(false, w);
  w *= std::pow(reduced.scale, exponent);
  w *= reduced.length;
  result.direction = wide ? jacobian.transpose_times(w) : std::move(w);
  return result;
}

}  // namespace physgrad::kernels
