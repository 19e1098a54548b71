// Overrides from where they come: texts, swept settings, published set-ups.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "catalogue/catalogue.hpp"
#include "catalogue/composition.hpp"

namespace physgrad {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

SettingOverride parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UsageError(
        fmt::format("setting '{}' cannot be read; expected KEY=VALUE, PROBLEM.KEY=VALUE or METHOD.KEY=VALUE", text));
  SettingOverride change;
  change.value = text.substr(equals + 1);
  std::string key = text.substr(0, equals);
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.')) {
    const std::string scope = key.substr(0, dot);
    key.erase(0, dot + 1);
    if (contains(problem_names(), scope) && change.problem.empty()) {
      change.problem = scope;
    } else if (contains(method_names(), scope) && change.method.empty()) {
      change.method = scope;
    } else {
      std::vector<std::string> known = problem_names();
      std::ranges::move(method_names(), std::back_inserter(known));
      throw UsageError(unknown_name_message("problem or method", scope, known));
    }
  }
  change.key = key;
  return change;
}

std::vector<SettingOverride> published_overrides(const std::string& problem) {
  std::vector<SettingOverride> overrides;
  const std::optional<PublishedSetup> paper = problem_facts(problem).paper;
  if (!paper) return overrides;
  for (const auto& [key, value] : paper->settings) overrides.push_back({problem, "", key, value, true});
  for (const auto& [method, settings] : paper->methods)
    for (const auto& [key, value] : settings) overrides.push_back({problem, method, key, value, true});
  return overrides;
}

std::vector<SettingOverride> parse_swept(const std::string& text) {
  std::vector<SettingOverride> overrides;
  std::istringstream entries(text);
  for (std::string entry; entries >> entry;) overrides.push_back(parse_override(entry));
  return overrides;
}

void check_composition_keeps(const std::string& name, const SettingOverride& change) {
  if (!is_composition(name)) return;
  if (change.key == "rule" || parse_composition(name).defaults.contains(change.key))
    throw UsageError(fmt::format("setting '{}' is part of '{}'; change it there", change.key, name));
}

}  // namespace physgrad
