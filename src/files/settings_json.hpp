#pragma once
// Settings as a JSON object.
#include "physgrad/core/settings.hpp"
#include "physgrad/files/json.hpp"

namespace physgrad {

[[nodiscard]] OrderedJson settings_json(const SettingMap& settings);
/// Throws ReadError for what is no setting's value.
[[nodiscard]] SettingMap read_settings(const JsonView& json);

}  // namespace physgrad
