#include "physgrad/toolbox/rule_settings.hpp"

namespace physgrad {

SettingSpec rate_setting(double value, const char* what) {
  return tuned(real_setting("rate", value, 0, 1e12, what), {.around = 100, .unless_zero = true});
}

SettingSpec epsilon_setting(double value, const char* place) { return real_setting("epsilon", value, 0, 1, place); }

SettingSpec weight_decay_setting(double value) {
  return real_setting("weight_decay", value, 0, 1e3, "theta shrinks by rate times this before a step");
}

SettingSpec decay_setting(const char* key, double value, const char* what) {
  return real_setting(key, value, 0, 0.999999999, what);
}

SettingSpec momentum_setting(double value, const char* what) {
  return tuned(real_setting("momentum", value, 0, 1, what),
               {.low = 0.5, .high = 0.99, .logarithmic = false, .unless_zero = true});
}

SettingSpec nesterov_setting(bool value) {
  SettingSpec spec = boolean_setting("nesterov", value, "look ahead along the momentum");
  spec.idle = [](const Settings& settings) -> std::string {
    return settings.real("momentum") == 0 ? "momentum is 0" : "";
  };
  return spec;
}

}  // namespace physgrad
