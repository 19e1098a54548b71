// dx_i = -|H_i|^{-1} dL/dx_i with the eigenvalues of the per-sample Hessian of L(P(x)) replaced by their magnitudes
// (saddle-free Newton, Dauphin et al. 2014), those up to tau times the largest dropped. dy is not used. The Hessian
// comes from fourth-order central differences of the exact gradient; on a kink of P that averages both sides.
//
// Where an eigenvalue passes through zero, between a valley and a ridge, its magnitude says nothing of how far the
// quadratic model holds: the step has no bound, and no truncation relative to the largest eigenvalue gives it one where
// there is one eigenvalue only. A loss l >= 0 cannot fall by more than l. The step of Gauss-Newton on a squared loss
// that reaches its target promises to first order |g . dx| = 2 l; with `reduction_bound` = 2 no step promises more:
// dx_i = -(|H_i| + lambda_i I)^{-1} g_i with the least lambda_i >= 0 for which |g_i . dx_i| <= reduction_bound l_i.
#include <algorithm>
#include <cmath>
#include <limits>

#include "physgrad/core/sample_losses.hpp"
#include "physgrad/linalg/saddle_free.hpp"
#include "physgrad/toolbox/sample_inverse.hpp"
#include "physgrad/toolbox/wished_change.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class NewtonPhysics final : public PhysicsStep {
 public:
  NewtonPhysics(double tau, double bound) : tau_(tau), bound_(bound) {}

  void step(Evaluation& at, Matrix& /*dy*/, Matrix& dx, StepReport& /*report*/) override {
    const Matrix& x = at.control();
    const Matrix gradient = at.physics_vjp(at.loss_gradient());
    const PhaseScope scope(at.clock(), Phase::derivative);
    const Problem& problem = at.problem();
    const auto gradient_at = [&](const Matrix& control) {
      LinearizationPtr there;
      linearize_counted(*problem.simulator, control, at.batch().context, there, at.costs());
      count_vjps(*problem.simulator, control.cols(), at.costs());
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
    count_sample_decompositions(at.samples(), 9 * std::pow(static_cast<double>(n), 3), at.costs());
    const Vector reductions = largest_reductions(at);
    for (Index i = 0; i < at.samples(); ++i)
      dx.col(i) = -saddle_free_solve(hessians.middleCols(i * n, n), gradient.col(i), tau_, reductions[i]);
  }
  // All samples' Hessians; a linearisation at a shifted control with its gradient, and the gradients of the other
  // shifts, or one sample's Hessian, its symmetric part and eigenvectors.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes) const override {
    const auto dx = static_cast<double>(sizes.controls), dy = static_cast<double>(sizes.outputs);
    const double shifted = sizes.linearization_bytes + batch_bytes(sizes, 6 * dx + dy);
    return batch_bytes(sizes, dx * dx + dx) + std::max(shifted, 8 * 4 * dx * dx);
  }

 private:
  /// What each sample's step may promise, in units of the batch's loss: the loss of a sample alone is larger than its
  /// share by the same factor as its gradient.
  [[nodiscard]] Vector largest_reductions(Evaluation& at) const {
    if (bound_ == 0.0) return Vector::Constant(at.samples(), std::numeric_limits<double>::infinity());
    const Matrix& seeds = at.loss_gradient();
    Vector result;
    Matrix alone;
    sample_losses(*at.problem().loss, at.state(), at.batch().target, result, alone);
    for (Index i = 0; i < at.samples(); ++i) {
      const double size = alone.col(i).norm();
      result[i] *= size > 0 ? bound_ * seeds.col(i).norm() / size : 0.0;
    }
    return result;
  }

  double tau_, bound_;
};

// Cells from before there was a bound had none.
SettingSpec reduction_bound_setting() {
  SettingSpec spec = tuned(real_setting("reduction_bound", 2, 0, 1e12,
                                        "most that a step promises to first order, over the sample's loss; 0: none"),
                           {.low = 0.1, .high = 2, .unless_zero = true});
  spec.historic = 0.0;
  return spec;
}

}  // namespace

PartDefinition physics_newton() {
  return {.summary = "saddle-free Newton on each sample's loss as a function of x",
          .citation = "Dauphin et al., NeurIPS 2014 (arXiv 1406.2572)",
          // Hessians come from differences, good to about 1e-12 of their norm: smaller eigenvalues would be noise.
          .settings = {physics_tau_setting(1e-5), proxy_setting(), reduction_bound_setting()},
          .needs = {"gradient"},
          .asks = {{"gradient of the loss", "contains the loss"}},
          .without = {{Place::loss, "gradient", "convention"}},
          .make = [](const Settings& settings) {
            return wished_change(
                std::make_unique<NewtonPhysics>(settings.real("physics_tau"), settings.real("reduction_bound")),
                settings);
          }};
}

}  // namespace physgrad::parts
