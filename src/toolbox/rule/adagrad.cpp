// Adagrad: g over the root of the sum of squares so far.
#include "physgrad/toolbox/rule_settings.hpp"
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class Adagrad final : public Rule {
 public:
  Adagrad(double rate, double epsilon) : rate_(rate), epsilon_(epsilon) {}

  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override {
    if (sum_.size() == 0) sum_ = Vector::Zero(gradient.size());
    sum_ += gradient.cwiseAbs2();
    out = -rate_ * (gradient.array() / (sum_.array().sqrt() + epsilon_));
  }
  [[nodiscard]] double bytes(Index parameters) const override { return 24.0 * static_cast<double>(parameters); }

 private:
  double rate_, epsilon_;
  Vector sum_;
};

}  // namespace

PartDefinition rule_adagrad() {
  return {.summary = "the gradient over the root of the sum of squares so far",
          .citation = "Duchi, Hazan, Singer, JMLR 2011",
          .settings = {rate_setting(1e-2), epsilon_setting(1e-10, "added to the root of the sum")},
          .make = [](const Settings& settings) {
            return std::make_unique<Adagrad>(settings.real("rate"), settings.real("epsilon"));
          }};
}

}  // namespace physgrad::parts
