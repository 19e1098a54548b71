#include "physgrad/catalogue/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <sstream>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"

namespace physgrad {
namespace {

/// Where in `text` a composition begins that is the scope of a setting, or npos: in front of the first '='.
std::size_t composition_scope(const std::string& text) {
  const std::size_t at = text.find("compose:");
  return at == 0 || (at != std::string::npos && text[at - 1] == '.' && at < text.find('=')) ? at : std::string::npos;
}

/// The point behind the composition's name that begins at `start`, or npos. The points inside of it are those of
/// numbers: no word follows them that a '=' or another point ends.
std::size_t composition_end(const std::string& text, std::size_t start) {
  constexpr const char* kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  for (std::size_t dot = text.find('.', start); dot != std::string::npos; dot = text.find('.', dot + 1)) {
    const bool digit = dot + 1 < text.size() && text[dot + 1] >= '0' && text[dot + 1] <= '9';
    const std::size_t end = text.find_first_not_of(kWord, dot + 1);
    if (!digit && (end == std::string::npos || text[end] == '=' || text[end] == '.')) return dot;
  }
  return std::string::npos;
}

/// The point behind the first scope of a key, or npos.
std::size_t scope_end(const std::string& key) {
  return key.starts_with("compose:") ? composition_end(key, 0) : key.find('.');
}

}  // namespace

std::pair<std::string, std::string> split_setting(const std::string& text) {
  const std::size_t name = composition_scope(text);
  const std::size_t equals = text.find('=', name == std::string::npos ? 0 : composition_end(text, name));
  if (equals == std::string::npos || equals == 0 || text[equals - 1] == '.')
    throw UsageError(
        fmt::format("setting '{}' cannot be read; expected KEY=VALUE, PROBLEM.KEY=VALUE or METHOD.KEY=VALUE", text));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

SettingOverride parse_override(const Catalogue& catalogue, const std::string& text, Origin origin) {
  auto [key, value] = split_setting(text);
  SettingOverride change;
  change.value = value;
  change.origin = origin;
  for (std::size_t dot = scope_end(key); dot != std::string::npos; dot = scope_end(key)) {
    const std::string scope = key.substr(0, dot);
    key.erase(0, dot + 1);
    if (contains(catalogue.problem_names(), scope) && change.problem.empty()) {
      change.problem = scope;
    } else if (change.method.empty() && (is_composition(scope) || contains(catalogue.method_names(), scope))) {
      change.method = method_name(catalogue, scope);
    } else {
      std::vector<std::string> known = catalogue.problem_names();
      std::ranges::move(catalogue.method_names(), std::back_inserter(known));
      throw UsageError(unknown_name_message("problem or method", scope, known));
    }
  }
  change.key = key;
  return change;
}

std::string scoped_key(const SettingOverride& change) {
  std::string text;
  for (const std::string& scope : {change.problem, change.method})
    if (!scope.empty()) text += scope + ".";
  return text + change.key;
}

std::string to_text(const SettingOverride& change) {
  return fmt::format("{}={}", scoped_key(change), to_text(change.value));
}

bool covers(const SettingOverride& wide, const SettingOverride& narrow) {
  const auto fits = [](const std::string& outer, const std::string& inner) { return outer.empty() || outer == inner; };
  return wide.key == narrow.key && fits(wide.problem, narrow.problem) && fits(wide.method, narrow.method);
}

std::vector<SettingOverride> matching(const std::vector<SettingOverride>& overrides, const std::string& problem,
                                      const std::string& method) {
  std::vector<SettingOverride> result;
  for (const SettingOverride& each : overrides)
    if ((each.problem.empty() || each.problem == problem) && (each.method.empty() || each.method == method))
      result.push_back(each);
  const auto strength = [](const SettingOverride& each) {
    return std::pair(each.origin, static_cast<int>(!each.problem.empty()) + static_cast<int>(!each.method.empty()));
  };
  std::ranges::stable_sort(result, {}, strength);
  return result;
}

std::vector<SettingOverride> published_overrides(const Catalogue& catalogue, const std::string& problem) {
  std::vector<SettingOverride> overrides;
  const std::optional<PublishedSetup> paper = problem_file(catalogue, problem).paper;
  if (!paper) return overrides;
  for (const auto& [key, value] : paper->settings) overrides.push_back({problem, "", key, value, Origin::published});
  for (const auto& [method, settings] : paper->methods)
    for (const auto& [key, value] : settings) overrides.push_back({problem, method, key, value, Origin::published});
  return overrides;
}

std::vector<SettingOverride> parse_swept(const Catalogue& catalogue, const std::string& text) {
  std::vector<SettingOverride> overrides;
  std::istringstream entries(text);
  for (std::string entry; entries >> entry;) overrides.push_back(parse_override(catalogue, entry));
  return overrides;
}

void check_composition_keeps(const Catalogue& catalogue, const std::string& name, const SettingOverride& change) {
  if (!is_composition(name) || (!change.method.empty() && change.method != name)) return;
  if (change.key == "rule" || parse_composition(catalogue.parts(), name).defaults.contains(change.key))
    throw UsageError(fmt::format("setting '{}' is part of '{}'; change it there", change.key, name));
}

}  // namespace physgrad
