#include "physgrad/files/settings_json.hpp"

#include <type_traits>
#include <variant>

namespace physgrad {
namespace {

OrderedJson setting_json(const SettingValue& value) {
  return std::visit(
      [](const auto& content) -> OrderedJson {
        if constexpr (std::is_same_v<std::decay_t<decltype(content)>, double>) return count_json(content);
        return content;
      },
      value);
}

SettingValue read_setting(const JsonView& json) {
  const Json& value = json.value();
  if (value.is_boolean()) return json.boolean();
  if (value.is_string()) return json.text();
  if (value.is_array()) return json.numbers();
  if (value.is_number()) return json.number();
  json.fail("expected a number, a text, true, false or a list of numbers");
}

}  // namespace

OrderedJson settings_json(const SettingMap& settings) {
  OrderedJson json = OrderedJson::object();
  make_room(settings.size(), json);
  for (const auto& [key, value] : settings) json[key] = setting_json(value);
  return json;
}

SettingMap read_settings(const JsonView& json) {
  SettingMap result;
  json.each_member([&](const std::string& key, const JsonView& value) {
    result.emplace_hint(result.end(), key, read_setting(value));
  });
  return result;
}

}  // namespace physgrad
