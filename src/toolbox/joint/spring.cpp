// SPRING: Gauss-Newton with momentum in the manner of Kaczmarz.
//   d <- J^T (J J^T + lambda I)^{-1} (-dy - momentum J d) + momentum d,  lambda = damping * trace(J J^T) / rows.
// J is not formed. The direction is d, after t steps d / sqrt(1 - momentum^(2 t)) with bias_correction, and not longer
// than sqrt(norm_bound) / rate where norm_bound is positive, so that the rule's step -rate d is not longer than
// sqrt(norm_bound). What is remembered is d itself.
#include <algorithm>
#include <cmath>
#include <utility>

#include "physgrad/toolbox/damped_system.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class SpringStep final : public JointStep {
 public:
  explicit SpringStep(const Settings& settings)
      : damping_(settings.real("damping")),
        momentum_(settings.real("momentum")),
        rate_(settings.real("rate")),
        norm_bound_(settings.real("norm_bound")),
        bias_correction_(settings.boolean("bias_correction")) {}

  void step(Evaluation& at, const StepLimits& /*limits*/, Matrix& dy, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last direction would lie beside all that follows
    JointJacobian jacobian(at);
    const double lambda = damping_ * damping_unit(jacobian);
    // Of a Jacobian that is not finite there is nothing to solve.
    if (!std::isfinite(lambda)) {
      gradient = Vector::Constant(jacobian.cols(), std::nan(""));
      return;
    }
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    Vector residual = -dy.reshaped();
    if (direction_.size() > 0) residual -= momentum_ * jacobian.times(direction_);
    const DampedSolution solution = damped_solve(jacobian, residual, lambda);
    report_solution(at, jacobian, solution, report);
    if (direction_.size() == 0) direction_ = Vector::Zero(jacobian.cols());
    direction_ = momentum_ * direction_ + solution.direction;
    ++steps_;
    gradient = scale() * direction_;
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    return damped_bytes(sizes, limits.threads);
  }

 private:
  [[nodiscard]] double scale() const {
    const double scale = bias_correction_ ? 1 / std::sqrt(1 - std::pow(momentum_, 2.0 * steps_)) : 1.0;
    if (norm_bound_ == 0) return scale;
    return scale * std::min(1.0, std::sqrt(norm_bound_) / (rate_ * scale * direction_.norm()));
  }

  double damping_, momentum_, rate_, norm_bound_;
  bool bias_correction_;
  double steps_ = 0;
  Vector direction_;
};

/// Neither could be set before.
SettingSpec norm_bound_setting() {
  SettingSpec spec = tuned(real_setting("norm_bound", 0, 0, 1e12, "square of the longest update; 0: as long as it is"),
                           {.low = 1e-5, .high = 1e-1, .unless_zero = true});
  spec.historic = 0.0;
  return spec;
}

SettingSpec bias_correction_setting() {
  SettingSpec spec =
      boolean_setting("bias_correction", false, "divides the direction of step t by sqrt(1 - momentum^(2 t))");
  spec.historic = false;
  spec.idle = [](const Settings& settings) -> std::string {
    return settings.real("momentum") == 0 ? "momentum is 0" : "";
  };
  return spec;
}

std::unique_ptr<JointStep> make_spring(const Settings& settings) {
  if (settings.boolean("bias_correction") && settings.real("momentum") == 1)
    throw UsageError("setting 'bias_correction' cannot be 'true' with momentum=1, which leaves nothing to divide by");
  return std::make_unique<SpringStep>(settings);
}

}  // namespace

PartDefinition joint_spring() {
  return {
      .summary = "the damped Gauss-Newton direction of the batch, with the last direction's part that it does not see",
      .citation = "Goldshlager, Abrahamsen, Lin, J. Comput. Phys. 2024 (arXiv 2401.10190)",
      .settings = {damping_setting(), momentum_setting(0.9, "share of the last direction kept"), norm_bound_setting(),
                   bias_correction_setting()},
      .needs = {"gradient", "jacobian"},
      .asks = {{"constant rate", "bounds the length of the rule's step"}},
      .make = make_spring};
}

}  // namespace physgrad::parts
