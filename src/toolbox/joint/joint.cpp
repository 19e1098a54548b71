// -(dy/dtheta)^{-kappa} dy of the whole batch, physics and network together.
#include <utility>

#include "physgrad/toolbox/partial_inverse_step.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class JointInverse final : public JointStep {
 public:
  explicit JointInverse(PartialInverseOptions options) : options_(std::move(options)) {}

  void step(Evaluation& at, const StepLimits& limits, Matrix& dy, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last step's would lie beside all that follows
    const MethodSizes sizes = method_sizes(at.problem(), at.samples());
    const PartialInverseOptions options = within(options_, limits, sizes, true);
    JointJacobian jacobian(at);
    PartialInverseResult result = [&] {
      const PhaseScope scope(at.clock(), Phase::linear_algebra);
      return partial_inverse(jacobian, -dy.reshaped(), options);
    }();
    report_partial_inverse(at, result, report);
    gradient = std::move(result.direction);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    return predicted_inverse_bytes(within(options_, limits, sizes, true), sizes, true);
  }

 private:
  PartialInverseOptions options_;
};

}  // namespace

PartDefinition joint_joint() {
  return {.summary = "the partial inverse of the batch's Jacobian of simulator and network together",
          .citation = "Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .settings = partial_inverse_settings(),
          .needs = {"gradient", "jacobian"},
          .make = [](const Settings& settings) {
            return std::make_unique<JointInverse>(partial_inverse_options(settings));
          }};
}

}  // namespace physgrad::parts
