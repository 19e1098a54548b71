#include "physgrad/catalogue/fates.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/idle.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/update/compose.hpp"
#include "physgrad/update/rule_course.hpp"

namespace physgrad {
namespace {

bool fits(const std::string& scope, const std::string& name) { return scope.empty() || scope == name; }

std::vector<std::string> keys_of(const Settings& settings) {
  std::vector<std::string> keys;
  for (const SettingSpec& spec : settings.specs()) keys.push_back(spec.key);
  return keys;
}

/// Every key that the pair (problem, method) knows after the overrides' choice of rule and search.
std::vector<std::string> known_keys(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                                    const std::vector<SettingOverride>& overrides) {
  std::vector<std::string> keys = keys_of(settled_problem(catalogue, problem, {}).settings);
  std::ranges::move(keys_of(settled_method(catalogue, problem, method, matching(overrides, problem, method)).settings),
                    std::back_inserter(keys));
  return keys;
}

void check_scope(const char* what, const std::string& scope, const std::vector<std::string>& in_run) {
  if (!scope.empty() && !contains(in_run, scope))
    throw UsageError(fmt::format("a setting is qualified by {} '{}', which is not in the run; in the run: {}", what,
                                 scope, fmt::join(in_run, ", ")));
}

/// Other rules, or else searches, of the method under which it has the setting: "rule=momentum, muon"; empty for none.
std::string words_with(const Catalogue& catalogue, const std::string& method, const std::string& key) {
  if (is_composition(method)) return {};  // its text fixes them
  const MethodDefinition definition = find_method(catalogue, method);
  const PartTable& parts = catalogue.parts();
  const Settings own = method_settings(parts, definition);
  for (const std::string& place : free_places(definition)) {
    std::vector<std::string> words;
    for (const std::string& word : std::ranges::find(own.specs(), place, &SettingSpec::key)->choices)
      if (may_stand(parts, definition, place, word) && method_settings(parts, definition, {{place, word}}).knows(key))
        words.push_back(word);
    if (!words.empty()) return fmt::format("{}={}", place, fmt::join(words, ", "));
  }
  return {};
}

/// Where in the run, outside of its scope, the override's key means something; empty where nowhere.
std::string right_place(const Catalogue& catalogue, const SettingOverride& change,
                        const std::vector<std::string>& problems, const std::vector<std::string>& methods,
                        const std::vector<SettingOverride>& overrides) {
  const auto advice = [&](const char* what, const std::vector<std::string>& owners) {
    const std::string value = to_text(change.value);
    return fmt::format("'{}' belongs to {} {}; write {}={} or {}.{}={}", change.key, what, fmt::join(owners, ", "),
                       change.key, value, owners.front(), change.key, value);
  };
  std::vector<std::string> owners;
  for (const std::string& problem : problems)
    if (settled_problem(catalogue, problem, {}).settings.knows(change.key)) owners.push_back(problem);
  if (!owners.empty()) return advice("problem", owners);
  for (const std::string& method : methods)
    for (const std::string& problem : problems)
      if (!contains(owners, method) && contains(known_keys(catalogue, problem, method, overrides), change.key))
        owners.push_back(method);
  if (!owners.empty()) return advice("method", owners);
  for (const std::string& method : methods)
    if (const std::string words = words_with(catalogue, method, change.key);
        fits(change.method, method) && !words.empty())
      return fmt::format("{} has '{}' with {} only", method, change.key, words);
  for (const SettingSpec& spec : rule_course_settings())
    if (spec.key == change.key)
      return fmt::format("'{}' goes with the rule of a composition whose search is not damping", change.key);
  return {};
}

}  // namespace

bool concerns_problem(const Catalogue& catalogue, const SettingOverride& change, const std::string& problem) {
  return change.method.empty() && fits(change.problem, problem) &&
         settled_problem(catalogue, problem, {}).settings.knows(change.key);
}

std::vector<Fate> override_fates(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                                 const std::vector<SettingOverride>& overrides) {
  const std::vector<SettingOverride> changes = matching(overrides, problem, method);
  const Settings of_problem = settled_problem(catalogue, problem, changes).settings;
  const Settings of_method = settled_method(catalogue, problem, method, changes).settings;
  const ProblemDefinition definition = catalogue.problem(problem).definition();
  std::vector<Fate> fates;
  for (const SettingOverride& change : overrides) {
    Fate fate;
    if (fits(change.problem, problem) && fits(change.method, method)) {
      const bool known = of_method.knows(change.key) || (change.method.empty() && of_problem.knows(change.key));
      // Of those with one key the strongest is the last; equal ones were given in this order.
      const auto strongest = std::ranges::find(changes.rbegin(), changes.rend(), change.key, &SettingOverride::key);
      const bool wins = strongest->origin == change.origin && scoped_key(*strongest) == scoped_key(change) &&
                        strongest->value == change.value;
      fate.reason =
          idle_reason(change, problem, definition, method_facts(catalogue, method).needs, of_problem, of_method);
      fate.kind = !known                 ? Fate::Kind::unknown
                  : !wins                ? Fate::Kind::beaten
                  : !fate.reason.empty() ? Fate::Kind::idle
                                         : Fate::Kind::decides;
      if (fate.kind == Fate::Kind::unknown) fate.reason = fmt::format("{} on {} has no such setting", method, problem);
      if (fate.kind == Fate::Kind::beaten) fate.reason = fmt::format("'{}' is stronger", to_text(*strongest));
    }
    fates.push_back(std::move(fate));
  }
  return fates;
}

void check_override(const Catalogue& catalogue, const SettingOverride& change, const std::vector<std::string>& problems,
                    const std::vector<std::string>& methods, const std::vector<SettingOverride>& overrides) {
  check_scope("problem", change.problem, problems);
  check_scope("method", change.method, methods);
  std::vector<std::string> known;
  for (const std::string& problem : problems) {
    if (!fits(change.problem, problem)) continue;
    if (change.method.empty())
      std::ranges::move(keys_of(settled_problem(catalogue, problem, {}).settings), std::back_inserter(known));
    for (const std::string& method : methods)
      if (fits(change.method, method))
        std::ranges::move(
            keys_of(settled_method(catalogue, problem, method, matching(overrides, problem, method)).settings),
            std::back_inserter(known));
  }
  if (contains(known, change.key)) return;
  if (const std::string place = right_place(catalogue, change, problems, methods, overrides); !place.empty())
    throw UsageError(fmt::format("setting '{}' has no effect: {}", to_text(change), place));
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  throw UsageError(unknown_name_message("setting", change.key, known));
}

void check_overrides(const Catalogue& catalogue, const std::vector<SettingOverride>& overrides,
                     const std::vector<std::string>& problems, const std::vector<std::string>& methods) {
  for (const SettingOverride& change : overrides) check_override(catalogue, change, problems, methods, overrides);
}

}  // namespace physgrad
