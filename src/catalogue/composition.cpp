#include "physgrad/catalogue/composition.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "physgrad/update/compose.hpp"

namespace physgrad {
namespace {

const std::string kPrefix = "compose:";

std::map<std::string, std::string> entries_of(const std::string& text) {
  std::map<std::string, std::string> entries;
  for (std::size_t at = kPrefix.size(); at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string entry = text.substr(at, end - at);
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0)
      throw UsageError(
          fmt::format("composition '{}' cannot be read at '{}'; expected compose:KEY=VALUE,... with {} and settings",
                      text, entry, fmt::join(composition_places(), ", ")));
    if (!entries.emplace(entry.substr(0, equals), entry.substr(equals + 1)).second)
      throw UsageError(fmt::format("composition '{}' names {} twice", text, entry.substr(0, equals)));
    at = end + 1;
  }
  return entries;
}

/// The word at a place, removed from the entries.
std::string take(std::map<std::string, std::string>& entries, const char* place, const std::string& otherwise) {
  const auto found = entries.find(place);
  if (found == entries.end()) return otherwise;
  const std::string word = found->second;
  entries.erase(found);
  return word;
}

/// The joint part that stands at one of physics and network, and hence at both; empty where none does.
std::string joint_word(const PartTable& parts, const std::map<std::string, std::string>& entries) {
  for (const Part& part : parts.parts())
    for (const char* place : {"physics", "network"})
      if (const auto entry = entries.find(place);
          part.place == Place::joint && entry != entries.end() && entry->second == part.word)
        return part.word;
  return {};
}

/// Reads the remaining entries as settings of the composition.
SettingMap settings_of(const PartTable& parts, const MethodDefinition& definition,
                       const std::map<std::string, std::string>& entries) {
  const Settings known = method_settings(parts, definition);
  Settings given = known;
  SettingMap result;
  for (const auto& [key, value] : entries) {
    const auto spec = std::ranges::find(known.specs(), key, &SettingSpec::key);
    if (spec == known.specs().end()) {
      std::vector<std::string> keys = composition_places();
      for (const SettingSpec& each : known.specs())
        if (each.key != "rule") keys.push_back(each.key);
      throw UsageError(unknown_name_message("key of a composition", key, keys));
    }
    result[key] = parse_setting(*spec, value);
    given.set(key, result[key]);
  }
  for (const auto& [key, value] : result) {
    const auto spec = std::ranges::find(given.specs(), key, &SettingSpec::key);
    if (const std::string reason = spec->idle ? spec->idle(given) : ""; !reason.empty())
      throw UsageError(fmt::format("{}={} has no effect in a composition: {}", key, to_text(value), reason));
  }
  return result;
}

}  // namespace

bool is_composition(const std::string& text) { return text.starts_with(kPrefix); }

MethodDefinition parse_composition(const PartTable& parts, const std::string& text) {
  std::map<std::string, std::string> entries = entries_of(text);
  MethodDefinition definition;
  Composition& words = definition.composition;
  words.loss = take(entries, "loss", words.loss);
  const std::string joint = joint_word(parts, entries);
  words.physics = take(entries, "physics", joint.empty() ? words.physics : joint);
  words.network = take(entries, "network", joint.empty() ? words.network : joint);
  words.rule = take(entries, "rule", words.rule);
  words.search = take(entries, "search", words.search);
  check_composition(parts, words);
  definition.defaults = settings_of(parts, definition, entries);
  definition.summary = fmt::format("{} step of the loss, {} physics, {} network, {}", words.loss, words.physics,
                                   words.network, words.rule);
  if (words.search != Composition{}.search) definition.summary += fmt::format(", {} search", words.search);
  definition.citation = "composed by the user";
  return definition;
}

std::string composition_name(const MethodDefinition& definition) {
  const Composition& parts = definition.composition;
  std::string name = fmt::format("{}loss={},physics={},network={},rule={}", kPrefix, parts.loss, parts.physics,
                                 parts.network, parts.rule);
  if (parts.search != Composition{}.search) name += fmt::format(",search={}", parts.search);
  for (const auto& [key, value] : definition.defaults) name += fmt::format(",{}={}", key, to_text(value));
  return name;
}

std::vector<std::string> split_method_names(const std::vector<std::string>& lists) {
  std::vector<std::string> names;
  for (const std::string& list : lists) {
    bool composition = false;
    std::istringstream text(list);
    for (std::string part; std::getline(text, part, ',');) {
      if (part.empty())
        throw UsageError(
            fmt::format("--method '{}' has an empty name; expected names separated by single commas", list));
      if (part.find(':') == std::string::npos && composition && part.find('=') != std::string::npos) {
        names.back() += "," + part;
        continue;
      }
      composition = part.starts_with("compose:");
      names.push_back(part);
    }
  }
  return names;
}

}  // namespace physgrad
