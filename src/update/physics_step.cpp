#include "physgrad/update/physics_step.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "physgrad/linalg/saddle_free.hpp"
#include "physgrad/linalg/small_partial_inverse.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

namespace {

void count_sample_svds(Evaluation& at, Index samples) {
  const Simulator& simulator = *at.problem().simulator;
  count_sample_decompositions(
      simulator, samples,
      svd_flops(static_cast<double>(simulator.outputs()), static_cast<double>(simulator.controls())));
}

/// Of numbers, `count` of each sample.
double batch_bytes(const MethodSizes& sizes, double count) { return 8 * count * static_cast<double>(sizes.batch); }

/// One sample's Jacobian, its scaled copy, both factors and the square that is rotated.
double sample_svd_bytes(const MethodSizes& sizes) {
  const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
  return 8 * (2.5 * dx * dy + 2 * std::min(dx, dy) * std::min(dx, dy));
}

}  // namespace

void AdjointPhysics::step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& /*report*/) {
  at.physics_vjp(dy, dx);
}

void PseudoInversePhysics::step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& /*report*/) {
  const Matrix& adjoints = at.control_adjoints();
  const PhaseScope scope(at.clock(), Phase::linear_algebra);
  dx.resize(at.control().rows(), at.samples());
  count_sample_svds(at, at.samples());
  for (Index i = 0; i < at.samples(); ++i)
    dx.col(i) =
        small_partial_inverse(adjoints.middleCols(i * dy.rows(), dy.rows()).transpose(), dy.col(i), kappa_, tau_);
}

// All samples' Jacobians, and while they are made a seed and its product.
double PseudoInversePhysics::predicted_bytes(const MethodSizes& sizes) const {
  const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
  return batch_bytes(sizes, dx * dy) + std::max(batch_bytes(sizes, dx + dy), sample_svd_bytes(sizes));
}

namespace {

// The residual of each sample relative to the wished change; infinite where it is not finite.
Vector relative_residuals(const Matrix& reached, const Matrix& wished, const Matrix& dy) {
  Vector residual(dy.cols());
  for (Index i = 0; i < dy.cols(); ++i) {
    const double size = dy.col(i).norm();
    const double value = size > 0 ? (reached.col(i) - wished.col(i)).norm() / size : 0.0;
    residual(i) = std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
  }
  return residual;
}

// Samples whose Jacobians are held at once: whole groups of the simulators that go in groups.
constexpr Index kFallbackSamples = 16;

/// Writes the Gauss-Newton step of the samples `which` into their columns of dx; only those samples are linearised.
void gauss_newton_columns(Evaluation& at, const Matrix& dy, std::span<const Index> which, double tau, Matrix& dx) {
  const Matrix x = at.control()(Eigen::all, which);
  const Matrix context = at.batch().context(Eigen::all, which);
  const Simulator& simulator = *at.problem().simulator;
  const Matrix jacobians = control_jacobians_at(simulator, x, context);
  count_sample_svds(at, x.cols());
  for (Index k = 0; k < x.cols(); ++k) {
    const Index i = which[static_cast<std::size_t>(k)];
    dx.col(i) = small_partial_inverse(jacobians.middleCols(k * x.rows(), x.rows()), dy.col(i), 1.0, tau);
  }
}

}  // namespace

void InversePhysics::step(Evaluation& at, const Matrix& dy, Matrix& dx, StepReport& report) {
  const Matrix& x = at.control();
  const Matrix wished = at.state() + dy;
  const PhaseScope scope(at.clock(), Phase::inverse);
  const Simulator& simulator = *at.problem().simulator;
  const Matrix& context = at.batch().context;
  const Matrix solution = at.problem().inverse->invert(wished, x, context);
  const Vector residual = relative_residuals(simulate(simulator, solution, context), wished, dy);
  dx = solution - x;
  std::vector<Index> failed;
  for (Index i = 0; i < dx.cols(); ++i) {
    if (dy.col(i).isZero(0.0))
      dx.col(i).setZero();
    else if (!(residual(i) < 1.0) || !dx.col(i).allFinite())
      failed.push_back(i);
  }
  for (std::span<const Index> rest = failed; !rest.empty();) {
    const std::size_t count = std::min<std::size_t>(rest.size(), kFallbackSamples);
    gauss_newton_columns(at, dy, rest.first(count), tau_, dx);
    rest = rest.subspan(count);
  }
  report.inverse_residual = quantile({residual.begin(), residual.end()}, 0.5);
  report.fallback_rate = static_cast<double>(failed.size()) / static_cast<double>(dx.cols());
}

// The inverse at work, or the Jacobians of samples that fall back and the adjoints they are copied from; beside them
// what was wished and the solution, what was reached, and residuals.
double InversePhysics::predicted_bytes(const MethodSizes& sizes) const {
  const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
  const auto share = static_cast<double>(std::min(sizes.batch, kFallbackSamples)) / static_cast<double>(sizes.batch);
  const double fallback =
      share * (sizes.linearization_bytes + batch_bytes(sizes, 2 * dx * dy + dx + dy)) + sample_svd_bytes(sizes);
  return std::max(sizes.inverse_bytes, fallback) + batch_bytes(sizes, dx + 2 * dy + 4);
}

void NewtonPhysics::step(Evaluation& at, const Matrix& /*dy*/, Matrix& dx, StepReport& /*report*/) {
  const Matrix& x = at.control();
  const Matrix gradient = at.physics_vjp(at.loss_gradient());
  const PhaseScope scope(at.clock(), Phase::derivative);
  const Problem& problem = at.problem();
  const auto gradient_at = [&](const Matrix& control) {
    LinearizationPtr there;
    linearize_counted(*problem.simulator, control, at.batch().context, there);
    count_vjps(*problem.simulator, control.cols());
    Matrix g;
    problem.loss->gradient(there->state, at.batch().target, g);
    return there->vjp(g);
  };
  const Index n = x.rows();
  Matrix hessians(n, n * at.samples());
  for (Index q = 0; q < n; ++q) {
    // Four points: truncation falls as h^4, so that a step large enough to keep round-off (eps / h) near 1e-13 still
    // does.
    const double h = 1e-3 * std::max(1.0, x.row(q).cwiseAbs().maxCoeff());
    const auto shifted = [&](double factor) {
      Matrix there = x;
      there.row(q).array() += factor * h;
      return gradient_at(there);
    };
    const Matrix column = (8.0 * (shifted(1) - shifted(-1)) - (shifted(2) - shifted(-2))) / (12.0 * h);
    for (Index i = 0; i < at.samples(); ++i) hessians.col(i * n + q) = column.col(i);
  }
  dx.resize(n, at.samples());
  count_sample_decompositions(*problem.simulator, at.samples(), 9 * std::pow(static_cast<double>(n), 3));
  for (Index i = 0; i < at.samples(); ++i)
    dx.col(i) = -saddle_free_solve(hessians.middleCols(i * n, n), gradient.col(i), tau_);
}

// All samples' Hessians; a linearisation at a shifted control with its gradient, and the gradients of the other shifts,
// or one sample's Hessian, its symmetric part and eigenvectors.
double NewtonPhysics::predicted_bytes(const MethodSizes& sizes) const {
  const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
  const double shifted = sizes.linearization_bytes + batch_bytes(sizes, 6 * dx + dy);
  return batch_bytes(sizes, dx * dx + dx) + std::max(shifted, 8 * 4 * dx * dx);
}

}  // namespace physgrad
