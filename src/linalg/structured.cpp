// Kernel `structured`: the Gram form without eigenvectors, for Jacobians whose Gram matrix needs no J.
//   K = J J^T = Z T Z^T,   J^{-kappa} g = J^T Z f(T) Z^T g,   f(lambda) = lambda^{-(1 + kappa) / 2} above the cut, else
//   0
// Z is kept as reflectors that meet one vector twice; f(T) acts through a contour integral (contour.cpp); Sturm counts
// (sturm.cpp) find the gap the contour passes through. Singular values other than the ones next to the cut are not
// computed. The error estimate repeats f(T) c with T changed by the size of its round-off.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <utility>

#include "linalg/error_estimate.hpp"
#include "linalg/kernels.hpp"
#include "linalg/reduction.hpp"
#include "linalg/truncation.hpp"

namespace physgrad::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
// An eigenvalue closer to the threshold than this (relative to the largest) may belong to the other side.
constexpr double kDecision = 8 * kEpsilon;

// T with every entry moved up or down by what round-off does: below eps on large matrices, where many small errors
// average, more on small ones, where a draw must stand for all directions. The signs are fixed, so that equal input
// gives equal output.
Tridiagonal perturbed(const Tridiagonal& t, unsigned draw) {
  const double size = kEpsilon * (0.3 + 2 / std::sqrt(static_cast<double>(t.diagonal.size())));
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
  const unsigned draws = t.diagonal.size() < 64 ? 4 : 1;
  double error = 0;
  for (unsigned draw = 1; draw <= draws; ++draw) {
    error = std::max(error, seminorm(t, rule.apply_coarse(perturbed(t, draw), c) - coarse, wide));
  }
  return error;
}

}  // namespace

PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  GramProblem problem = gram_problem(jacobian, g);
  if (non_finite(jacobian, problem, g)) return not_a_number(jacobian.cols());
  PartialInverseResult result;
  result.error_estimate = std::numeric_limits<double>::infinity();
  if (!usable(problem)) return result;

  const std::unique_ptr<Reduction> reduction = one_stage_reduction(std::move(problem.matrix));
  Tridiagonal t = reduction->t();
  const double scale = spectral_bound(t);
  if (!std::isfinite(scale)) return result;
  t.diagonal /= scale;
  t.subdiagonal /= scale;
  const Index n = t.diagonal.size();
  const SpectralCut cut = cut_spectrum(t, relative_threshold(options.tau, jacobian.rows(), jacobian.cols()));
  result.kept_rank = cut.kept;
  result.singular_max = std::sqrt(cut.largest * scale);
  result.singular_min_kept = std::sqrt(cut.above * scale);
  if (!decided(cut, n)) return result;

  Vector c = problem.rhs;
  reduction->apply_z(true, c);
  const double exponent = -0.5 * (1 + options.kappa);
  const ContourRule rule(cut, exponent);
  auto [w, coarse] = rule.apply(t, c);
  const double norm = seminorm(t, w, problem.wide);
  const double evaluation = (16 * kEpsilon + kContourError) * norm;
  const double product =
      kEpsilon * (problem.wide ? w.norm() : std::pow(cut.above, exponent) * g.norm() * result.singular_max);
  const double error = std::hypot(probe_error(t, rule, c, coarse, problem.wide), evaluation, product);
  result.error_estimate = relative_error(error, norm);

  reduction->apply_z(false, w);
  w *= std::pow(scale, exponent);
  result.direction = finish(jacobian, problem, std::move(w));
  return result;
}

}  // namespace physgrad::kernels
