#pragma once
// Settings that several rules have, with the ranges that all of them are tuned in.
#include <vector>

#include "physgrad/core/settings.hpp"

namespace physgrad {

[[nodiscard]] SettingSpec rate_setting(double value, const char* what = "learning rate");
[[nodiscard]] SettingSpec epsilon_setting(double value, const char* place);
/// Decoupled weight decay.
[[nodiscard]] SettingSpec weight_decay_setting(double value);
/// The decay `key` of a running mean or moment.
[[nodiscard]] SettingSpec decay_setting(const char* key, double value, const char* what);
[[nodiscard]] SettingSpec momentum_setting(double value, const char* what);
/// Without momentum it changes nothing.
[[nodiscard]] SettingSpec nesterov_setting(bool value);

}  // namespace physgrad
