// AdaHessian: Adam whose second moment is that of the Hessian's diagonal, D = |z * (H z)| with z = +-1 at random.
//   theta -= rate m^ / (v^^(k/2) + epsilon),  m, v the running means of g and of D^2, corrected for their start.
// H is that of the batch's loss in theta. H z is a central difference of exact gradients on the same batch,
// (g(theta + h z) - g(theta - h z)) / (2 h), so that |z * (H z)| is the magnitude of that quotient. With
// h = (eps / n)^(1/3) max(1, max |theta_i|), n numbers in theta, truncation (h^2 / 6 times the third derivative along
// z, |z|^2 = n) and round-off (eps / h times the gradient) are of the same order. Where the simulator has a kink within
// h the quotient averages both sides.
#include <cmath>
#include <limits>

#include "physgrad/core/rng.hpp"
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/method.hpp"
#include "physgrad/update/trial.hpp"

namespace physgrad::methods {
namespace {

class AdaHessian final : public Method {
 public:
  explicit AdaHessian(const Settings& settings)
      : rate_(settings.real("rate")),
        beta1_(settings.real("beta1")),
        beta2_(settings.real("beta2")),
        epsilon_(settings.real("epsilon")),
        power_(settings.real("hessian_power")),
        every_(settings.integer("hessian_every")) {}

  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& report) override {
    const Vector gradient = at.gradient();
    if (step_++ % every_ == 0) measure_diagonal(at, report);
    const PhaseScope scope(at.clock(), Phase::update);
    if (first_.size() == 0) first_ = second_ = Vector::Zero(gradient.size());
    first_ = beta1_ * first_ + (1.0 - beta1_) * gradient;
    second_ = beta2_ * second_ + (1.0 - beta2_) * diagonal_.cwiseAbs2();
    const auto number = static_cast<double>(step_);
    const double rate = rate_ / (1.0 - std::pow(beta1_, number)), start = 1.0 - std::pow(beta2_, number);
    out = -rate * (first_.array() / ((second_ / start).array().pow(power_ / 2) + epsilon_));
    at.costs().flops += 10.0 * static_cast<double>(gradient.size());
  }
  // Gradient, update, both moments, the diagonal, z and the gradients on both sides of theta; a trial.
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& /*limits*/) const override {
    return 64.0 * static_cast<double>(sizes.parameters) + Trial::bytes(sizes, true);
  }

 private:
  /// The signs of a step are those of its number: a method has no seed, and equal steps have to be equal.
  [[nodiscard]] Vector signs(Index count) const {
    Rng rng(static_cast<std::uint64_t>(step_), "hessian-signs");
    return Vector::NullaryExpr(count, [&rng](Index) { return rng.uniform(-1.0, 1.0) < 0 ? -1.0 : 1.0; });
  }

  void measure_diagonal(Evaluation& at, StepReport& report) {
    const auto count = static_cast<double>(at.theta().size());
    const double unit = std::max(1.0, at.theta().cwiseAbs().maxCoeff());
    const double h = std::cbrt(std::numeric_limits<double>::epsilon() / count) * unit;
    Vector shift = h * signs(at.theta().size());
    Trial trial(at, true);
    (void)trial.loss(shift);
    diagonal_ = trial.evaluation().gradient();
    shift = -shift;
    (void)trial.loss(shift);
    diagonal_ -= trial.evaluation().gradient();
    diagonal_ = diagonal_.cwiseAbs() / (2 * h);
    at.costs().flops += 3.0 * count;
    if (diagonal_.allFinite()) return;
    report.kernel = "central difference";
    report.kernel_failure = "the gradients beside theta are not finite";
  }

  double rate_, beta1_, beta2_, epsilon_, power_;
  long every_, step_ = 0;
  Vector first_, second_, diagonal_;
};

std::vector<SettingSpec> adahessian_settings() {
  return {rate_setting(0.15),
          decay_setting("beta1", 0.9, "decay of the first moment"),
          decay_setting("beta2", 0.999, "decay of the second moment of the Hessian's diagonal"),
          real_setting("epsilon", 1e-4, 0, 1, "added to the power of the second moment"),
          tuned(real_setting("hessian_power", 0.5, 1e-3, 2, "power of the Hessian's diagonal that divides the step"),
                {.low = 0.25, .high = 1, .logarithmic = false}),
          integer_setting("hessian_every", 1, 1, 1e6, "steps between two measurements of the Hessian's diagonal")};
}

}  // namespace

MethodDefinition dp_adahessian() {
  return {.summary = "gradient through the simulator, Adam with the Hessian's diagonal for its second moment",
          .citation = "Yao et al., AAAI 2021 (arXiv 2006.00719)",
          .composition = {},
          .defaults = {{"batch", 256.0}},
          .settings = adahessian_settings(),
          .build = [](const Settings& settings) { return std::make_unique<AdaHessian>(settings); },
          .needs = {"gradient"}};
}

}  // namespace physgrad::methods
