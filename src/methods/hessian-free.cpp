// Hessian-free optimisation: (G + lambda I) d = -g by conjugate gradients on products with G alone, G the batch's
// Gauss-Newton matrix; the better of the last iterates; a line search; lambda follows the gain (Martens, Deep learning
// via Hessian-free optimization, ICML 2010; Martens & Sutskever 2012). Neither J nor a Gram matrix is formed.
#include <algorithm>
#include <cmath>
#include <limits>

#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/toolbox/search/backtracking.hpp"
#include "physgrad/toolbox/truncated_cg.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad::methods {
namespace {

/// G of one batch: J^T H J, H the loss's curvature in y, or c J_f^T J_f, c that curvature along the control's gradient.
class BatchCurvature {
 public:
  /// The evaluation must outlive it. `control_gradient` [dx x B] is dL/dx.
  BatchCurvature(Evaluation& at, bool through_physics, const Matrix& control_gradient)
      : at_(at), through_physics_(through_physics) {
    if (through_physics_) return;
    const Matrix dy = at_.physics_jvp(control_gradient);
    scale_ = dy.cwiseProduct(weighted(dy)).sum() / control_gradient.squaredNorm();
  }

  /// out = G v + damping v, v [n].
  void multiply(double damping, const Vector& v, Vector& out) {
    Matrix dx = at_.network_jvp(v);
    if (through_physics_)
      at_.physics_vjp(weighted(at_.physics_jvp(dx)), dx);
    else
      dx *= scale_;
    at_.network_vjp(dx, out);
    out += damping * v;
    at_.costs().flops += 2.0 * static_cast<double>(v.size());
  }

 private:
  const Matrix& weighted(const Matrix& dy) {
    at_.problem().loss->curvature_product(at_.state(), at_.batch().target, dy, weighted_);
    return weighted_;
  }

  Evaluation& at_;
  bool through_physics_;
  double scale_ = 1;
  Matrix weighted_;
};

class HessianFree final : public Method {
 public:
  explicit HessianFree(const Settings& settings)
      : through_physics_(settings.text("hessian") == "state"),
        damping_(settings.real("damping")),
        warm_start_(settings.real("warm_start")),
        cg_(settings.integer("iterations")),
        shorter_(settings.integer("trials") - 1) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& /*report*/) override {
    const Matrix control_gradient = at.physics_vjp(at.loss_gradient());
    at.network_vjp(control_gradient, gradient_);
    const double before = at.loss(), size = gradient_.squaredNorm();
    out = Vector::Zero(gradient_.size());
    if (size == 0 && std::isfinite(before)) return;
    if (std::isfinite(before) && std::isfinite(size)) solve(at, control_gradient);
    // What is not finite is no direction, but the training's to explain.
    if (!std::isfinite(before) || !std::isfinite(size) || cg_.kept().empty()) {
      out.setConstant(std::numeric_limits<double>::quiet_NaN());
      return;
    }
    search(at, before, out);
  }
  // Gradient, last solution and update; what conjugate gradients and a trial hold; a product's way through x and y.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    const auto numbers = static_cast<double>(3 * sizes.parameters + 2 * sizes.batch * (sizes.controls + sizes.outputs));
    return 8.0 * numbers + cg_.bytes(sizes.parameters) + Trial::bytes(sizes, false);
  }

 private:
  static constexpr double kLeast = 1e-12, kMost = 1e12;

  void solve(Evaluation& at, const Matrix& control_gradient) {
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    BatchCurvature curvature(at, through_physics_, control_gradient);
    if (solution_.size() == 0 || !solution_.allFinite())
      solution_ = Vector::Zero(gradient_.size());
    else
      solution_ *= warm_start_;
    const auto product = [&](const Vector& v, Vector& image) { curvature.multiply(damping_, v, image); };
    const long products = cg_.minimise(product, gradient_, solution_);
    at.costs().flops += static_cast<double>(products) * TruncatedCg::operations(gradient_.size());
  }

  // Backwards over the iterates for as long as the loss falls, then a shorter step where even that is not enough.
  void search(Evaluation& at, double before, Vector& out) {
    const auto steps = cg_.kept();
    Trial trial(at, false);
    std::size_t best = steps.size() - 1;
    double loss = trial.loss(steps[best].d);
    adapt(before - loss, -steps[best].model);
    for (; best > 0; --best) {
      const double earlier = trial.loss(steps[best - 1].d);
      if (!(earlier < loss) && std::isfinite(loss)) break;
      loss = earlier;
    }
    const Vector& d = steps[best].d;
    const double slope = std::min(0.0, gradient_.dot(d));
    if (Backtracking::enough(loss, before, slope))
      out = d;
    else
      shorter_.descend(trial, before, d, slope, 0.5, out);
  }

  /// Levenberg-Marquardt in Martens' form. A model that promises nothing says nothing of the damping.
  void adapt(double gain, double promised) {
    if (!(promised > 0)) return;
    const double ratio = gain / promised;
    if (ratio < 0.25) damping_ = std::min(kMost, damping_ * 3 / 2);
    if (ratio > 0.75) damping_ = std::max(kLeast, damping_ * 2 / 3);
  }

  bool through_physics_;
  double damping_, warm_start_;
  TruncatedCg cg_;
  Backtracking shorter_;  // than the whole step
  Vector gradient_, solution_;
};

}  // namespace

MethodDefinition hessian_free() {
  return {
      .summary = "Hessian-free: damped Gauss-Newton of the whole batch by conjugate gradients, on products alone",
      .citation = "Martens, ICML 2010; Martens & Sutskever 2012",
      .composition = {},
      .defaults = {{"batch", 256.0}},
      .settings = {choice_setting("hessian", "state", {"state", "control"},
                                  "curvature of the loss in y, through the physics; or in x alone, the same in every "
                                  "direction"),
                   tuned(real_setting("damping", 1.0, 1e-12, 1e12, "lambda of the first step, which adapts it"),
                         {.low = 1e-4, .high = 10}),
                   tuned(integer_setting("iterations", 250, 1, 1e6, "most of conjugate gradients a step"),
                         {.low = 10, .high = 350}),
                   real_setting("warm_start", 0.95, 0, 1, "share of the last solution that the next one starts from"),
                   backtracking_trials_setting()},
      .build = [](const Settings& settings) { return std::make_unique<HessianFree>(settings); },
      .needs = {"gradient", "products", "curvature"}};
}

}  // namespace physgrad::methods
