// -rate g.
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Sgd final : public Rule {
 public:
  explicit Sgd(double rate) : rate_(rate) {}
  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override { out = -rate_ * gradient; }
  [[nodiscard]] double bytes(Index parameters) const override { return 16.0 * static_cast<double>(parameters); }
  [[nodiscard]] std::optional<double> constant_rate() const override { return rate_; }

 private:
  double rate_;
};

}  // namespace

PartDefinition rule_sgd() {
  return {.summary = "gradient descent",
          .citation = "Robbins & Monro 1951",
          .settings = {rate_setting(1e-2)},
          .offers = {"constant rate"},
          .make = [](const Settings& settings) { return std::make_unique<Sgd>(settings.real("rate")); }};
}

}  // namespace physgrad::parts
