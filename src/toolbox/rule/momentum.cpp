// Heavy-ball momentum b <- mu b + g; with Nesterov the step looks ahead to g + mu b.
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Momentum final : public Rule {
 public:
  Momentum(double rate, double momentum, bool nesterov) : rate_(rate), momentum_(momentum), nesterov_(nesterov) {}

  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override {
    if (buffer_.size() == 0)
      buffer_ = gradient;  // torch.optim starts the buffer at the first gradient
    else
      buffer_ = momentum_ * buffer_ + gradient;
    if (nesterov_)
      out = -rate_ * (gradient + momentum_ * buffer_);
    else
      out = -rate_ * buffer_;
  }
  [[nodiscard]] double bytes(Index parameters) const override { return 24.0 * static_cast<double>(parameters); }

 private:
  double rate_, momentum_;
  bool nesterov_;
  Vector buffer_;
};

}  // namespace

PartDefinition rule_momentum() {
  return {
      .summary = "heavy-ball or Nesterov momentum",
      .citation = "Polyak 1964; Sutskever et al., ICML 2013",
      .settings = {rate_setting(1e-2), momentum_setting(0.9, "share of the last step kept"), nesterov_setting(false)},
      .make = [](const Settings& settings) {
        return std::make_unique<Momentum>(settings.real("rate"), settings.real("momentum"),
                                          settings.boolean("nesterov"));
      }};
}

}  // namespace physgrad::parts
