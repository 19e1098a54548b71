// -J_f^T dx, the gradient of the proxy loss 1/2 |x - (x + dx)|^2 with a constant target, summed over the batch.
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class AdjointNetwork final : public NetworkStep {
 public:
  void step(Evaluation& at, const StepLimits& /*limits*/, Matrix& dx, Vector& gradient,
            StepReport& /*report*/) override {
    dx = -dx;
    at.network_vjp(dx, gradient);
  }
  // The gradient is the rule's.
  [[nodiscard]] double predicted_bytes(const MethodSizes& /*sizes*/, const StepLimits& /*limits*/) const override {
    return 0;
  }
};

}  // namespace

PartDefinition network_adjoint() {
  return {.summary = "the network's adjoint: the gradient of the squared distance to x + dx",
          .citation = "Rumelhart, Hinton, Williams, Nature 1986; Holl, Koltun, Thuerey 2022",
          .settings = {choice_setting("precision", "double", {"double", "single"},
                                      "single: weights, states and gradients rounded to single precision")},
          .make = [](const Settings&) { return std::make_unique<AdjointNetwork>(); }};
}

}  // namespace physgrad::parts
