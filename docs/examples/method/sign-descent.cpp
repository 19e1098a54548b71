// Sign descent: every weight moves by the same length against the sign of its gradient, -rate sign(dL/dtheta).
#include "physgrad/update/method.hpp"

namespace physgrad::methods {
namespace {

class SignDescent final : public Method {
 public:
  explicit SignDescent(double rate) : rate_(rate) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& /*report*/) override {
    out = -rate_ * at.gradient().array().sign();
  }
  // Gradient and update, 8 bytes a number.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    return 8.0 * 2.0 * static_cast<double>(sizes.parameters);
  }

 private:
  double rate_;
};

}  // namespace

MethodDefinition sign_descent() {
  MethodDefinition definition;
  definition.summary = "gradient descent with the gradient's signs";
  definition.citation = "example of docs/add-a-method.md, after Bernstein et al., ICML 2018 (arXiv 1802.04434)";
  definition.settings = {real_setting("rate", 0.01, 0, 1e12, "length of every weight's move")};
  definition.needs = {"gradient"};
  definition.build = [](const Settings& settings) { return std::make_unique<SignDescent>(settings.real("rate")); };
  return definition;
}

}  // namespace physgrad::methods
