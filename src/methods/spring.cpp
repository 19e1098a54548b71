// SPRING: Gauss-Newton with momentum in the manner of Kaczmarz.
//   d <- J^T (J J^T + lambda I)^{-1} (y - y* - momentum J d) + momentum d,  update -rate d,
// lambda = damping * trace(J J^T) / rows. J is not formed.
#include "physgrad/toolbox/damped_system.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad::methods {
namespace {

class Spring final : public Method {
 public:
  explicit Spring(const Settings& settings)
      : rate_(settings.real("rate")), damping_(settings.real("damping")), momentum_(settings.real("momentum")) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& report) override {
    JointJacobian jacobian(at);
    Vector residual = -at.problem().loss->newton_step(at.state(), at.batch().target).reshaped();
    const double unit = damping_unit(jacobian);
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    if (direction_.size() > 0) residual -= momentum_ * jacobian.times(direction_);
    const DampedSolution solution = damped_solve(jacobian, residual, damping_ * unit);
    report_solution(at, jacobian, solution, report);
    if (direction_.size() == 0) direction_ = Vector::Zero(jacobian.cols());
    direction_ = momentum_ * direction_ + solution.direction;
    out = -rate_ * direction_;
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    return damped_bytes(sizes, limits.threads);
  }

 private:
  double rate_, damping_, momentum_;
  Vector direction_;
};

}  // namespace

MethodDefinition spring() {
  return {.summary = "SPRING: damped Gauss-Newton of the whole batch with momentum",
          .citation = "Goldshlager, Abrahamsen, Lin, J. Comput. Phys. 2024 (arXiv 2401.10190)",
          .composition = {},
          .defaults = {{"batch", 32.0}},
          .settings = {damping_setting(), rate_setting(1.0), momentum_setting(0.9, "share of the last direction kept")},
          .build = [](const Settings& settings) { return std::make_unique<Spring>(settings); },
          .needs = {"gradient", "jacobian", "newton-step"}};
}

}  // namespace physgrad::methods
