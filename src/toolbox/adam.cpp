#include "physgrad/toolbox/adam.hpp"

#include <cmath>

#include "physgrad/toolbox/rule_settings.hpp"

namespace physgrad {

void Adam::update(const Vector& gradient, const Parameters& at, Vector& out) {
  if (first_.size() == 0) first_ = second_ = Vector::Zero(gradient.size());
  ++step_;
  first_ = c_.beta1 * first_ + (1.0 - c_.beta1) * gradient;
  second_ = c_.beta2 * second_ + (1.0 - c_.beta2) * gradient.cwiseAbs2();
  const double rate = c_.rate / (1.0 - std::pow(c_.beta1, step_));
  const double correction = 1.0 / std::sqrt(1.0 - std::pow(c_.beta2, step_));
  out = -rate * (first_.array() / (second_.array().sqrt() * correction + c_.epsilon));
  if (c_.weight_decay > 0) out -= c_.rate * c_.weight_decay * at.theta;
}

std::vector<SettingSpec> adam_settings(double rate, double beta1, double beta2, const std::vector<SettingSpec>& more) {
  std::vector<SettingSpec> specs = {rate_setting(rate), decay_setting("beta1", beta1, "decay of the first moment"),
                                    decay_setting("beta2", beta2, "decay of the second moment"),
                                    epsilon_setting(1e-8, "added to the root of the second moment")};
  specs.insert(specs.end(), more.begin(), more.end());
  return specs;
}

Adam::Constants adam_constants(const Settings& settings) {
  return {settings.real("rate"), settings.real("beta1"), settings.real("beta2"), settings.real("epsilon"),
          settings.knows("weight_decay") ? settings.real("weight_decay") : 0.0};
}

}  // namespace physgrad
