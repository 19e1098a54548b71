// Kernel `structured`: the Gram form without eigenvectors, for Jacobians whose Gram matrix needs no J.
//   K = J J^T = Z T Z^T,   J^{-kappa} g = J^T Z f(T) Z^T g,   f(lambda) = lambda^{-(1 + kappa) / 2} above the cut, else
//   0
// Z is kept as reflectors that meet one vector twice; f(T) acts through a contour integral (contour.cpp); Sturm counts
// (sturm.cpp) find the gap the contour passes through. Singular values other than the ones next to the cut are not
// computed. The error estimate repeats f(T) c with T changed by the size of its round-off. Large matrices are
// kept in half storage and reduced in two stages.
#include "physgrad/linalg/kernels/structured.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <utility>

#include "physgrad/linalg/check_answer.hpp"
#include "physgrad/linalg/contour.hpp"
#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/kernel_entry.hpp"
#include "physgrad/linalg/one_stage.hpp"
#include "physgrad/linalg/truncation.hpp"
#include "physgrad/linalg/two_stage.hpp"

namespace physgrad::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// An eigenvalue closer to the threshold than this (relative to the largest) may belong to the other side.
constexpr double kDecision = 8 * kEpsilon;

// Orders below this are small: no average over many entries, and the probe costs next to nothing.
constexpr Index kSmall = 64;

// T with every entry moved up or down by what round-off does: below eps on large matrices, where many small errors
// average, more on small ones, where a few draws must stand for all directions and signs may cancel. The signs are
// fixed, so that equal input gives equal output.
Tridiagonal perturbed(const Tridiagonal& t, unsigned draw) {
  const double spread = t.diagonal.size() < kSmall ? 8 : 2;
  const double size = kEpsilon * (0.3 + spread / std::sqrt(static_cast<double>(t.diagonal.size())));
  std::minstd_rand engine(draw);
  const auto change = [&] { return engine() % 2 == 0 ? size : -size; };
  Tridiagonal result = t;
  for (double& value : result.diagonal) value += change();
  for (double& value : result.subdiagonal) value += change();
  return result;
}

bool decided(const SpectralCut& cut, Index n) {
  const double margin = kDecision * cut.largest;
  if (cut.kept > 0 && cut.above - cut.threshold <= margin) return false;
  return cut.kept == n || cut.threshold - cut.below > margin;
}

// Norm of J^T Z delta through delta^T T delta, which round-off can make slightly negative.
double seminorm(const Tridiagonal& t, const Vector& delta, bool wide) {
  return wide ? std::sqrt(std::max(0.0, delta.dot(multiply(t, delta)))) : delta.norm();
}

double probe_error(const Tridiagonal& t, const ContourRule& rule, const Vector& c, const Vector& coarse, bool wide) {
  const unsigned draws = t.diagonal.size() < kSmall ? 8 : 1;
  double error = 0;
  for (unsigned draw = 1; draw <= draws; ++draw) {
    error = std::max(error, seminorm(t, rule.apply_coarse(perturbed(t, draw), c) - coarse, wide));
  }
  return error;
}

// K = scale * Z T Z^T with T of order one, Z^T rhs = length * c with |c| = 1 (or c = 0).
struct Reduced {
  std::unique_ptr<Reduction> reduction;
  Tridiagonal t;
  double scale = 1;
  Vector c;
  double length = 1;
};

// The power of two that brings a matrix of this trace to order one, where squares of its entries could leave the range
// of numbers; else 1.
double unit_for(double trace) { return trace > 1e-100 && trace < 1e100 ? 1.0 : std::ldexp(1.0, -std::ilogb(trace)); }

Reduced scaled(std::unique_ptr<Reduction> reduction, double unit, Vector c) {
  Tridiagonal t = reduction->t();
  const double bound = spectral_bound(t);
  t.diagonal /= bound;
  t.subdiagonal /= bound;
  const double length = c.stableNorm();
  if (length > 0) c /= length;
  return {std::move(reduction), std::move(t), bound / unit, std::move(c), length > 0 ? length : 1.0};
}

Reduced reduce(BlockLower matrix, Vector rhs, Index band, const Backend& backend) {
  const double unit = unit_for(trace(matrix));
  if (unit != 1) scale(matrix, unit);
  std::unique_ptr<Reduction> reduction = two_stage_reduction(std::move(matrix), band, rhs, backend);
  return scaled(std::move(reduction), unit, std::move(rhs));
}

Reduced reduce(Matrix padded, Vector rhs) {
  const double unit = unit_for(padded.trace());
  if (unit != 1) padded *= unit;
  std::unique_ptr<Reduction> reduction = one_stage_reduction(std::move(padded), rhs.size());
  reduction->apply_z(true, rhs);
  return scaled(std::move(reduction), unit, std::move(rhs));
}

// How the problem stands before the reduction is worth its time.
enum class Input { usable, not_a_number, out_of_range };

Input classify(JacobianOperator& jacobian, const Vector& g, bool finite, double trace) {
  if (finite) return trace > 1e-250 && trace < 1e250 ? Input::usable : Input::out_of_range;
  return jacobian.transpose_times(g).allFinite() ? Input::out_of_range : Input::not_a_number;
}

// K in half storage, in the end in the reduction's own hands.
Input reduce_in_half_storage(JacobianOperator& jacobian, const Vector& g, const ReductionSizes& sizes,
                             const Backend& backend, Reduced& out) {
  const bool wide = jacobian.rows() <= jacobian.cols();
  BlockLower matrix(std::min(jacobian.rows(), jacobian.cols()), sizes.width);
  Vector rhs = g;
  if (wide) {
    jacobian.gram_lower(matrix);
  } else {
    GramProblem problem = gram_problem(jacobian, g, backend);
    matrix = block_lower(problem.matrix, sizes.width);
    rhs = std::move(problem.rhs);
  }
  const Input input = classify(jacobian, g, all_finite(matrix) && rhs.allFinite(), trace(matrix));
  if (input == Input::usable) out = reduce(std::move(matrix), std::move(rhs), sizes.band, backend);
  return input;
}

Input reduce_whole(JacobianOperator& jacobian, const Vector& g, const Backend& backend, Reduced& out) {
  GramProblem problem = gram_problem(jacobian, g, backend, kPaddedTo);
  const bool finite = problem.matrix.allFinite() && problem.rhs.allFinite();
  const Input input = classify(jacobian, g, finite, problem.matrix.trace());
  if (input == Input::usable) out = reduce(std::move(problem.matrix), std::move(problem.rhs));
  return input;
}

// The products and reflections around f(T) c leave this much relative to it; seen with kappa near 0 and -1, where
// nothing else adds.
constexpr double kEvaluation = 128 * kEpsilon;

// Fills what `result` says of f(T) c besides the direction; returns it. `ratio` = |g| / |rhs|.
Vector evaluate(const Reduced& reduced, const SpectralCut& cut, double exponent, bool wide, double ratio,
                PartialInverseResult& result) {
  const ContourRule rule(cut, exponent);
  auto [w, coarse] = rule.apply(reduced.t, reduced.c);
  const double norm = seminorm(reduced.t, w, wide);
  const double evaluation = (kEvaluation + kContourError) * norm;
  double product = 0;
  if (cut.kept > 0 && wide) {
    // Round-off of c reaches every kept direction, however little of g lies there.
    const double gain = std::max(std::pow(cut.above, exponent + 0.5), std::pow(cut.largest, exponent + 0.5));
    product = kEpsilon * (w.norm() + 32 * gain);
  } else if (cut.kept > 0) {
    product = 4 * kEpsilon * std::pow(cut.above, exponent) * ratio * result.singular_max;
  }
  const double probe = probe_error(reduced.t, rule, reduced.c, coarse, wide);
  result.error_estimate = relative_error(std::hypot(probe, evaluation, product), norm);
  return std::move(w);
}

PartialInverseResult run(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  return structured(jacobian, g, options, kReductionSizes);
}

// Of the reduction of a matrix of this order. Below the crossover it stays where it is, with vectors for nodes and
// counts. Above, half of it is kept in block columns, the band's checkpoints beside it; a Gram matrix that was formed
// from J is whole until then.
double reduction_doubles(double order, bool whole) {
  const double square = order * order;
  if (order < static_cast<double>(kReductionSizes.two_stage_from)) {
    constexpr auto kMultiple = static_cast<double>(kPaddedTo);
    const double padded = std::ceil(order / kMultiple) * kMultiple;
    return padded * padded + 55 * order;
  }
  const double reduction = 0.7055 * square + 528 * order;
  return whole ? std::max(1.5 * square + 32 * order, reduction) : reduction;
}

double bytes(const JacobianSize& size, const PartialInverseOptions& /*options*/) {
  return 8 * (size.formed() + reduction_doubles(size.small(), size.formed() > 0));
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
                                          .successor = "two-level",
                                          .safer = "two-level",
                                          .gram = true,
                                          .half_gram_from = kReductionSizes.two_stage_from};

PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options,
                                const ReductionSizes& sizes) {
  const Index n = std::min(jacobian.rows(), jacobian.cols());
  const bool wide = jacobian.rows() <= jacobian.cols();
  const Backend& backend = options.chosen_backend();
  Reduced reduced;
  const Input input = n >= sizes.two_stage_from ? reduce_in_half_storage(jacobian, g, sizes, backend, reduced)
                                                : reduce_whole(jacobian, g, backend, reduced);
  if (input == Input::not_a_number) return not_a_number(jacobian.cols());
  PartialInverseResult result;
  result.error_estimate = std::numeric_limits<double>::infinity();
  if (input != Input::usable || !std::isfinite(reduced.scale)) return result;

  const SpectralCut cut = cut_spectrum(reduced.t, relative_threshold(options.tau, jacobian.rows(), jacobian.cols()));
  result.kept_rank = cut.kept;
  result.singular_max = std::sqrt(cut.largest * reduced.scale);
  result.singular_min_kept = std::sqrt(cut.above * reduced.scale);
  if (!decided(cut, n)) return result;

  const double exponent = -0.5 * (1 + options.kappa);
  Vector w = evaluate(reduced, cut, exponent, wide, g.stableNorm() / reduced.length, result);
  const double slope = reduced.c.dot(wide ? multiply(reduced.t, w) : w);
  result.slope = slope * std::pow(reduced.scale, exponent + (wide ? 1 : 0)) * reduced.length * reduced.length;
  reduced.reduction->apply_z(false, w);
  w *= std::pow(reduced.scale, exponent);
  w *= reduced.length;
  result.direction = wide ? jacobian.transpose_times(w) : std::move(w);
  return result;
}

}  // namespace physgrad::kernels
