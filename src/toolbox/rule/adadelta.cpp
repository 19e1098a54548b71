// Adadelta: steps scaled by the root mean square of steps over that of gradients.
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Adadelta final : public Rule {
 public:
  Adadelta(double rate, double rho, double epsilon) : rate_(rate), rho_(rho), epsilon_(epsilon) {}

  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override {
    if (square_.size() == 0) square_ = delta_ = Vector::Zero(gradient.size());
    square_ = rho_ * square_ + (1.0 - rho_) * gradient.cwiseAbs2();
    out = ((delta_.array() + epsilon_) / (square_.array() + epsilon_)).sqrt() * gradient.array();
    delta_ = rho_ * delta_ + (1.0 - rho_) * out.cwiseAbs2();
    out *= -rate_;
  }
  [[nodiscard]] double bytes(Index parameters) const override { return 32.0 * static_cast<double>(parameters); }

 private:
  double rate_, rho_, epsilon_;
  Vector square_, delta_;
};

}  // namespace

PartDefinition rule_adadelta() {
  return {.summary = "steps scaled by the root mean square of past steps over that of gradients",
          .citation = "Zeiler 2012 (arXiv 1212.5701)",
          .settings = {rate_setting(1.0), decay_setting("rho", 0.9, "decay of both running means"),
                       epsilon_setting(1e-6, "added to both running means")},
          .make = [](const Settings& settings) {
            return std::make_unique<Adadelta>(settings.real("rate"), settings.real("rho"), settings.real("epsilon"));
          }};
}

}  // namespace physgrad::parts
