// -J_f^{-kappa} dx of the network's Jacobian over the whole batch, [dx*B x n].
#include <utility>

#include "physgrad/toolbox/partial_inverse_step.hpp"
#include "physgrad/update/joint_jacobian.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class HalfInverseNetwork final : public NetworkStep {
 public:
  explicit HalfInverseNetwork(PartialInverseOptions options) : options_(std::move(options)) {}

  void step(Evaluation& at, const StepLimits& limits, Matrix& dx, Vector& gradient, StepReport& report) override {
    gradient.resize(0);  // the last step's would lie beside all that follows
    JointJacobian jacobian(at, Through::network);
    const MethodSizes sizes = method_sizes(at.problem(), at.samples());
    const PartialInverseOptions options = within(options_, limits, sizes, false);
    const PhaseScope scope(at.clock(), Phase::linear_algebra);
    PartialInverseResult result = partial_inverse(jacobian, -dx.reshaped(), options);
    report_partial_inverse(at, result, report);
    gradient = std::move(result.direction);
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override {
    return predicted_inverse_bytes(within(options_, limits, sizes, false), sizes, false);
  }

 private:
  PartialInverseOptions options_;
};

}  // namespace

PartDefinition network_half_inverse() {
  return {.summary = "the half-inverse of the batch's Jacobian of the network",
          .citation = "this project; after Schnell, Holl, Thuerey, ICLR 2022 (arXiv 2203.10131)",
          .settings = partial_inverse_settings(),
          .needs = {"jacobian"},
          .make = [](const Settings& settings) {
            return std::make_unique<HalfInverseNetwork>(partial_inverse_options(settings));
          }};
}

}  // namespace physgrad::parts
