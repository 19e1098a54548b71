#include "physgrad/catalogue/settled.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/network_settings.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad {
namespace {

/// The problem's own settings and those that every problem with a network has.
Settings problem_settings(const ProblemDefinition& definition, const ProblemFile& file) {
  std::vector<SettingSpec> specs = definition.settings;
  if (file.has_network) std::ranges::move(network_settings(file), std::back_inserter(specs));
  Settings settings(std::move(specs));
  for (const auto& [key, value] : file.settings) settings.set(key, value);
  return settings;
}

/// A text from the command line becomes what the setting's kind says.
void apply(Settled& settled, const SettingOverride& change) {
  const auto& specs = settled.settings.specs();
  const auto spec = std::ranges::find(specs, change.key, &SettingSpec::key);
  const auto* text = std::get_if<std::string>(&change.value);
  if (spec != specs.end() && text != nullptr)
    settled.settings.set(change.key, parse_setting(*spec, *text));
  else
    settled.settings.set(change.key, change.value);
  settled.given[change.key] = settled.settings.values()[change.key];
}

/// Rule and search decide which settings exist, so they are looked up first.
Words chosen_words(const std::vector<std::string>& places, const SettingMap& from_file,
                   const std::vector<SettingOverride>& overrides) {
  Words words;
  for (const std::string& place : places) {
    if (const auto entry = from_file.find(place); entry != from_file.end()) words[place] = to_text(entry->second);
    for (const SettingOverride& change : overrides)
      if (change.key == place && std::holds_alternative<std::string>(change.value))
        words[place] = std::get<std::string>(change.value);
  }
  return words;
}

}  // namespace

MethodDefinition find_method(const Catalogue& catalogue, const std::string& name) {
  return is_composition(name) ? parse_composition(catalogue.parts(), name) : catalogue.method(name).definition();
}

Settled settled_problem(const Catalogue& catalogue, const std::string& problem,
                        const std::vector<SettingOverride>& changes) {
  Settled settled{problem_settings(catalogue.problem(problem).definition(), problem_file(catalogue, problem)), {}};
  for (const SettingOverride& change : changes)
    if (change.method.empty() && settled.settings.knows(change.key)) apply(settled, change);
  return settled;
}

Settled settled_method(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                       const std::vector<SettingOverride>& changes) {
  const ProblemFile file = problem_file(catalogue, problem);
  SettingMap from_file;
  if (const auto entry = file.methods.find(method); entry != file.methods.end()) from_file = entry->second;
  const MethodDefinition definition = find_method(catalogue, method);
  const std::vector<std::string> places = free_places(definition);
  const Words words = chosen_words(places, from_file, changes);
  // Fewer searches go with the method's steps than there are.
  if (const auto search = words.find("search"); search != words.end())
    method_settings(catalogue.parts(), definition).set("search", search->second);
  Settled settled{method_settings(catalogue.parts(), definition, words), {}};
  // A rule or a search other than the file's has other settings: those of the file's that it lacks do not apply.
  const bool swaps = std::ranges::any_of(places, [&](const std::string& place) { return from_file.contains(place); });
  for (const auto& [key, value] : from_file)
    if (!contains(places, key) && (settled.settings.knows(key) || !swaps)) settled.settings.set(key, value);
  for (const SettingOverride& change : changes)
    if (settled.settings.knows(change.key)) apply(settled, change);
  return settled;
}

}  // namespace physgrad
