#pragma once
// Adam, which four rules are or contain.
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/update/rule.hpp"

namespace physgrad {

/// Adam (Kingma & Ba 2015): epsilon is added to the root of the bias-corrected second moment. With a weight decay it is
/// AdamW (Loshchilov & Hutter 2019): theta shrinks by rate * decay before the step.
class Adam final : public Rule {
 public:
  struct Constants {
    double rate, beta1, beta2, epsilon, weight_decay;
  };
  explicit Adam(const Constants& constants) : c_(constants) {}
  void update(const Vector& gradient, const Parameters& at, Vector& out) override;
  [[nodiscard]] double bytes(Index parameters) const override { return 32.0 * static_cast<double>(parameters); }

 private:
  Constants c_;
  double step_ = 0;
  Vector first_, second_;
};

/// rate, beta1, beta2 and epsilon, then `more`.
[[nodiscard]] std::vector<SettingSpec> adam_settings(double rate, double beta1, double beta2,
                                                     const std::vector<SettingSpec>& more = {});
/// What the settings say; no weight decay where they have none.
[[nodiscard]] Adam::Constants adam_constants(const Settings& settings);

}  // namespace physgrad
