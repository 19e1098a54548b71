// -J^T (J J^T + lambda I)^{-1} dy of the whole batch, lambda = damping * trace(J J^T) / rows. J is not formed.
#include <cmath>
#include <utility>

#include "physgrad/toolbox/damped_system.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class BatchSystem final : public DampedSystem {
 public:
  BatchSystem(Evaluation& at, const Matrix& dy)
      : at_(at), jacobian_(at), residual_(-dy.reshaped()), unit_(damping_unit(jacobian_)) {}

  bool solve(double damping, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last direction would lie beside all that follows
    lambda_ = damping * unit_;
    // Of a Jacobian that is not finite there is nothing to solve.
    if (!std::isfinite(lambda_)) {
      gradient = Vector::Constant(jacobian_.cols(), std::nan(""));
      return false;
    }
    DampedSolution solution = [&] {
      const PhaseScope scope(at_.clock(), Phase::linear_algebra);
      return damped_solve(jacobian_, residual_, lambda_);
    }();
    report_solution(at_, jacobian_, solution, report);
    gradient = std::move(solution.direction);
    weights_ = std::move(solution.weights);
    return solution.succeeded;
  }
  // With s the rate and r = -dy the residual after J h = -s K w is (1 - s) r + s lambda w, as (K + lambda I) w = r.
  [[nodiscard]] double promised_share(double rate) const override {
    const double size = residual_.norm(), rest = 1 - rate;
    const double left = rate * (lambda_ * weights_.norm() / size);
    const double off = rest * (rest + 2 * rate * lambda_ * residual_.dot(weights_) / (size * size));
    return 1 - left * left - off;
  }

 private:
  Evaluation& at_;
  JointJacobian jacobian_;
  Vector residual_, weights_;
  double unit_, lambda_ = 0;
};

class DampedJoint final : public JointStep {
 public:
  explicit DampedJoint(double damping) : damping_(damping) {}

  void step(Evaluation& at, const StepLimits& /*limits*/, Matrix& dy, Vector& gradient, StepReport& report) override {
    BatchSystem(at, dy).solve(damping_, gradient, report);
  }
  std::unique_ptr<DampedSystem> damped(Evaluation& at, const Matrix& dy) override {
    return std::make_unique<BatchSystem>(at, dy);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    return damped_bytes(sizes, limits.threads);
  }

 private:
  double damping_;
};

}  // namespace

PartDefinition joint_damped() {
  return {.summary = "the damped Gauss-Newton direction of the batch, by its Gram matrix",
          .citation = "Levenberg 1944, Marquardt 1963",
          .settings = {damping_setting(), choice_setting("precision", "double", {"double", "single"},
                                                         "single: weights, states and Jacobians rounded to single "
                                                         "precision")},
          .needs = {"gradient", "jacobian"},
          .offers = {"damping"},
          .make = [](const Settings& settings) { return std::make_unique<DampedJoint>(settings.real("damping")); }};
}

}  // namespace physgrad::parts
