// Lion: every weight moves by the same length against the sign of an interpolation between momentum and gradient.
//   theta -= rate (sign(beta1 m + (1 - beta1) g) + weight_decay theta),  then  m = beta2 m + (1 - beta2) g.
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Lion final : public Rule {
 public:
  Lion(double rate, double beta1, double beta2, double weight_decay)
      : rate_(rate), beta1_(beta1), beta2_(beta2), weight_decay_(weight_decay) {}

  void update(const Vector& gradient, const Parameters& at, Vector& out) override {
    if (momentum_.size() == 0) momentum_ = Vector::Zero(gradient.size());
    out = -rate_ * (beta1_ * momentum_ + (1.0 - beta1_) * gradient).array().sign();
    if (weight_decay_ > 0) out -= rate_ * weight_decay_ * at.theta;
    momentum_ = beta2_ * momentum_ + (1.0 - beta2_) * gradient;
  }
  // Gradient, update and momentum, 8 bytes a number.
  [[nodiscard]] double bytes(Index parameters) const override { return 24.0 * static_cast<double>(parameters); }

 private:
  double rate_, beta1_, beta2_, weight_decay_;
  Vector momentum_;
};

}  // namespace

PartDefinition rule_lion() {
  return {.summary = "the sign of an interpolated momentum",
          .citation = "example of docs/add-a-part.md, after Chen et al., NeurIPS 2023 (arXiv 2302.06675)",
          .settings = {rate_setting(1e-4), decay_setting("beta1", 0.9, "share of the momentum in the step"),
                       decay_setting("beta2", 0.99, "decay of the momentum"), weight_decay_setting(0.0)},
          .make = [](const Settings& settings) {
            return std::make_unique<Lion>(settings.real("rate"), settings.real("beta1"), settings.real("beta2"),
                                          settings.real("weight_decay"));
          }};
}

}  // namespace physgrad::parts
