// RMSprop, not centred: g over the root of a running mean of squares, with momentum on top.
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class RmsProp final : public Rule {
 public:
  RmsProp(double rate, double alpha, double epsilon, double momentum)
      : rate_(rate), alpha_(alpha), epsilon_(epsilon), momentum_(momentum) {}

  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override {
    if (square_.size() == 0) square_ = buffer_ = Vector::Zero(gradient.size());
    square_ = alpha_ * square_ + (1.0 - alpha_) * gradient.cwiseAbs2();
    buffer_ = momentum_ * buffer_.array() + gradient.array() / (square_.array().sqrt() + epsilon_);
    out = -rate_ * buffer_;
  }
  [[nodiscard]] double bytes(Index parameters) const override { return 32.0 * static_cast<double>(parameters); }

 private:
  double rate_, alpha_, epsilon_, momentum_;
  Vector square_, buffer_;
};

}  // namespace

PartDefinition rule_rmsprop() {
  return {.summary = "the gradient over the root of a running mean of squares",
          .citation = "Tieleman & Hinton 2012 (Coursera lecture 6.5)",
          .settings = {rate_setting(1e-2), decay_setting("alpha", 0.99, "decay of the running mean of squares"),
                       epsilon_setting(1e-8, "added to the root of the running mean"),
                       momentum_setting(0.0, "share of the last step kept")},
          .make = [](const Settings& settings) {
            return std::make_unique<RmsProp>(settings.real("rate"), settings.real("alpha"), settings.real("epsilon"),
                                             settings.real("momentum"));
          }};
}

}  // namespace physgrad::parts
