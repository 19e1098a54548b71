#include <algorithm>
#include <utility>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/catalogue/search_space.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/study/tuning_study.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad {
namespace {

/// One default for all problems is further from what each of them wants than its own value: a range around it goes so
/// many times as far. What problems' files say lies between 1/400 and 400 times the default.
constexpr double kWider = 4;

/// All settings as the method declares them. Its defaults are those of its own rule: where another stands, that one's
/// settings have the rule's.
Settings declared_settings(const PartTable& parts, MethodDefinition definition, const SettingMap& used) {
  Words words;
  for (const std::string& place : free_places(definition)) words[place] = to_text(used.at(place));
  if (const auto rule = words.find("rule"); rule != words.end() && rule->second != definition.composition.rule)
    for (const SettingSpec& spec : parts.find(Place::rule, rule->second).definition.settings)
      definition.defaults.erase(spec.key);
  return method_settings(parts, definition, words);
}

bool is_searched(const std::vector<SearchRange>& space, const std::string& key) {
  return std::ranges::find(space, key, &SearchRange::key) != space.end();
}

/// What is given, what a composition's text says, and what of the problem's file is not searched.
SettingMap fixed_settings(const Plan& plan, const ResolvedPair& pair, const std::string& method,
                          const Settings& declared, const std::vector<SearchRange>& space) {
  SettingMap fixed;
  const auto file = problem_file(plan.catalogue, pair.problem.name).methods;
  if (const auto entry = file.find(method); entry != file.end())
    for (const auto& [key, value] : entry->second)
      if (declared.knows(key) && !is_searched(space, key)) fixed[key] = value;
  if (is_composition(method))
    for (const auto& [key, value] : parse_composition(plan.catalogue.parts(), method).defaults) fixed[key] = value;
  for (const auto& [key, value] : pair.given)
    if (declared.knows(key)) fixed[key] = value;
  return fixed;
}

SearchedSetting searched_of(const SearchRange& range) {
  if (!range.words.empty()) return {range.key, kAbsent, kAbsent, range.words};
  return {range.key, range.low, range.high};
}

/// Settings that change nothing beside the others keep their default.
SettingMap without_idle(SettingMap point, const SettingMap& defaults, const Settings& declared) {
  Settings settings = declared;
  for (const auto& [key, value] : point) settings.set(key, value);
  for (const SettingSpec& spec : settings.specs())
    if (point.contains(spec.key) && spec.idle && !spec.idle(settings).empty()) point[spec.key] = defaults.at(spec.key);
  return point;
}

}  // namespace

StudiedPair planned_trials(const Plan& plan, const std::string& problem, const std::string& method, long trials) {
  const ResolvedPair pair = resolve_pair(plan.catalogue, problem, method, plan.overrides);
  Settings declared =
      declared_settings(plan.catalogue.parts(), find_method(plan.catalogue, method), pair.method_settings);
  const auto samples = static_cast<double>(pair.problem.samples);
  StudiedPair study;
  study.problem = problem;
  study.method = method;
  // Twice: what is fixed may leave another setting nothing to search.
  for (int pass = 0; pass < 2; ++pass) {
    study.fixed = fixed_settings(plan, pair, method, declared, search_space(declared.specs(), samples, kWider));
    for (const auto& [key, value] : study.fixed) declared.set(key, value);
  }
  std::vector<SearchRange> space = search_space(declared.specs(), samples, kWider);
  std::erase_if(space, [&](const SearchRange& range) { return study.fixed.contains(range.key); });
  SettingMap defaults;
  for (const SearchRange& range : space) {
    study.searched.push_back(searched_of(range));
    defaults[range.key] = declared.values().at(range.key);
    if (range.key == "batch") defaults["batch"] = std::min(std::get<double>(defaults["batch"]), samples);
  }
  study.trials.push_back(defaults);
  for (long index = 1; index < trials; ++index) {
    SettingMap point = without_idle(trial_point(space, index), defaults, declared);
    if (std::ranges::find(study.trials, point) == study.trials.end()) study.trials.push_back(std::move(point));
  }
  return study;
}

}  // namespace physgrad
