#include "physgrad/catalogue/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "physgrad/catalogue/built_in_parts.hpp"
#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/entries.hpp"
#include "physgrad/catalogue/network_settings.hpp"
#include "physgrad/catalogue/problem_file.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/model/networks.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad {
namespace {

template <class Entries>
std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) names.emplace_back(entry.name);
  std::ranges::sort(names);
  return names;
}

template <class Entries>
const auto& find_entry(const Entries& entries, const char* what, const std::string& name) {
  for (const auto& entry : entries)
    if (name == entry.name) return entry;
  throw UsageError(unknown_name_message(what, name, names_of(entries)));
}

}  // namespace

MethodDefinition find_method(const std::string& name) {
  return is_composition(name) ? parse_composition(name) : find_entry(method_entries(), "method", name).definition();
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
void apply(Settings& settings, const SettingOverride& change) {
  const auto& specs = settings.specs();
  const auto spec = std::ranges::find(specs, change.key, &SettingSpec::key);
  const auto* text = std::get_if<std::string>(&change.value);
  if (spec != specs.end() && text != nullptr)
    settings.set(change.key, parse_setting(*spec, *text));
  else
    settings.set(change.key, change.value);
}

bool same(const Batch& a, const Batch& b) {
  return a.input == b.input && a.context == b.context && a.target == b.target && a.reference == b.reference;
}

/// True where anything that a training starts from differs between two seeds: data, start weights, and, where samples
/// differ from one another, the order in which batches deal them.
bool seed_matters(const Problem& problem) {
  Rng one(0, "seed"), other(1, "seed");
  if (!same(problem.sample(one, 1), problem.sample(other, 1))) return true;
  const auto random = [](const Block& block) { return block.inputs > 0; };
  if (problem.start.size() == 0 && std::ranges::any_of(problem.network->blocks(), random)) return true;
  if (problem.samples == 1 || problem.fresh) return false;
  const Batch pair = problem.sample(one, 2);
  const auto differs = [](const Matrix& m) { return m.col(0) != m.col(1); };
  return differs(pair.input) || differs(pair.context) || differs(pair.target) || differs(pair.reference);
}

/// Settings, and which of them somebody gave.
struct Resolved {
  Settings settings;
  SettingMap given;
};

Resolved resolve_problem(const std::string& name, const std::vector<SettingOverride>& overrides) {
  const ProblemEntry& entry = find_entry(problem_entries(), "problem", name);
  Resolved resolved{problem_settings(entry.definition(), parse_problem_file(name, entry.json)), {}};
  for (const SettingOverride& change : overrides) {
    if (!change.method.empty() || !resolved.settings.knows(change.key)) continue;
    apply(resolved.settings, change);
    resolved.given[change.key] = resolved.settings.values()[change.key];
  }
  return resolved;
}

/// The problem; its settings get what follows from its sizes.
Problem build_problem(const std::string& name, Settings& settings, bool widths_given) {
  Problem problem = find_entry(problem_entries(), "problem", name).definition().build(settings);
  const bool has_network = settings.knows("widths");
  problem.name = name;
  problem.instance = has_network && settings.boolean("instance");
  if (has_network && !problem.instance) {
    attach_network(problem, settings, widths_given);
  } else {
    problem.network = no_network(problem.simulator->controls());
  }
  problem.seed_matters = seed_matters(problem);
  return problem;
}

/// The rule decides which settings exist, so it is looked up first.
std::string chosen_rule(const SettingMap& from_file, const std::vector<SettingOverride>& overrides) {
  std::string rule;
  if (const auto entry = from_file.find("rule"); entry != from_file.end()) rule = to_text(entry->second);
  for (const SettingOverride& change : overrides)
    if (change.key == "rule" && std::holds_alternative<std::string>(change.value))
      rule = std::get<std::string>(change.value);
  return rule;
}

Resolved resolve_method(const std::string& problem, const std::string& name,
                        const std::vector<SettingOverride>& overrides) {
  const ProblemFile file = problem_file(problem);
  SettingMap from_file;
  if (const auto entry = file.methods.find(name); entry != file.methods.end()) from_file = entry->second;
  const MethodDefinition definition = find_method(name);
  const std::string rule = has_free_rule(definition) ? chosen_rule(from_file, overrides) : std::string{};
  Resolved resolved{method_settings(built_in_parts(), definition, rule), {}};
  // A rule other than the file's has other settings: those of the file's that it lacks do not apply.
  for (const auto& [key, value] : from_file)
    if (key != "rule" && (resolved.settings.knows(key) || !from_file.contains("rule")))
      resolved.settings.set(key, value);
  for (const SettingOverride& change : overrides) {
    if (!resolved.settings.knows(change.key)) continue;
    apply(resolved.settings, change);
    resolved.given[change.key] = resolved.settings.values()[change.key];
  }
  return resolved;
}

/// The pair under these settings.
ResolvedPair assemble(const std::string& problem, const std::string& method, Resolved of_problem,
                      const Resolved& of_method) {
  ResolvedPair pair;
  pair.problem = build_problem(problem, of_problem.settings, of_problem.given.contains("widths"));
  pair.method = make_method(built_in_parts(), find_method(method), of_method.settings);
  pair.method_name = method;
  pair.problem_settings = of_problem.settings.values();
  pair.method_settings = of_method.settings.values();
  pair.method_specs = of_method.settings.specs();
  pair.given = std::move(of_problem.given);
  pair.given.insert(of_method.given.begin(), of_method.given.end());
  pair.used = pair.problem_settings;
  pair.used.insert(pair.method_settings.begin(), pair.method_settings.end());
  return pair;
}

/// A batch that the user asks for is not cut silently. A problem of one sample has batches of one, whatever is asked.
void check_batch(const ResolvedPair& pair, const std::vector<SettingOverride>& changes) {
  const auto asked = [](const SettingOverride& each) {
    return each.key == "batch" && each.origin != Origin::published;
  };
  const Index samples = pair.problem.samples;
  if (samples > 1 && !pair.problem.fresh && pair.method->batch > samples && std::ranges::any_of(changes, asked))
    throw UsageError(fmt::format("setting 'batch' cannot be '{}' with {}; expected at most its {} training samples",
                                 pair.method->batch, pair.problem.name, samples));
}

/// Where the loss has no Newton step, no method takes it.
void check_convention(const ResolvedPair& pair) {
  const auto convention = pair.method_settings.find("convention");
  if (convention != pair.method_settings.end() && convention->second == SettingValue(std::string("full")) &&
      !pair.problem.loss->has_newton_step())
    throw UsageError(
        fmt::format("setting 'convention' cannot be 'full' with {}, whose loss has no Newton step; "
                    "expected published",
                    pair.problem.name));
}

}  // namespace

std::vector<std::string> problem_names() { return names_of(problem_entries()); }
std::vector<std::string> method_names() { return names_of(method_entries()); }

ProblemFile problem_file(const std::string& name) {
  return parse_problem_file(name, find_entry(problem_entries(), "problem", name).json);
}

ProblemFacts problem_facts(const std::string& name) {
  const ProblemDefinition definition = find_entry(problem_entries(), "problem", name).definition();
  const ProblemFile file = problem_file(name);
  Settings settings = resolve_problem(name, {}).settings;
  const Problem built = build_problem(name, settings, false);
  return {name,
          definition.summary,
          definition.citation,
          definition.determined,
          file.sources,
          file.budget_seconds,
          file.targets,
          file.has_network,
          built.inverse != nullptr,
          built.loss->has_newton_step(),
          built.simulator->controls(),
          built.simulator->outputs(),
          built.network->parameters(),
          settings.specs(),
          file.paper};
}

MethodFacts method_facts(const std::string& name) {
  const MethodDefinition definition = find_method(name);
  const PartTable& parts = built_in_parts();
  return {name,
          definition.summary,
          definition.citation,
          method_needs(parts, definition),
          method_settings(parts, definition).specs(),
          parts_of(definition)};
}

std::string method_name(const std::string& text) {
  if (is_composition(text)) return composition_name(parse_composition(text));
  (void)find_entry(method_entries(), "method", text);
  return text;
}

std::string skip_reason(const ProblemFacts& problem, const MethodFacts& method) {
  if (contains(method.needs, "inverse") && !problem.has_inverse)
    return fmt::format("{} needs an inverse simulator and {} has none", method.name, problem.name);
  if (contains(method.needs, "newton-step") && !problem.has_newton_step)
    return fmt::format("{} needs the Newton step of the loss and that of {} has none", method.name, problem.name);
  return {};
}

std::string skip_reason(const std::string& problem, const std::string& method) {
  return skip_reason(problem_facts(problem), method_facts(method));
}

ResolvedPair resolve_pair(const std::string& problem, const std::string& method,
                          const std::vector<SettingOverride>& overrides) {
  const std::vector<SettingOverride> changes = matching(overrides, problem, method);
  ResolvedPair pair =
      assemble(problem, method, resolve_problem(problem, changes), resolve_method(problem, method, changes));
  check_batch(pair, changes);
  check_convention(pair);
  return pair;
}

namespace {

/// Sets those of `values` that the settings know, all of which must be there, and says which they were.
void set_all(const SettingMap& values, Settings& settings, std::set<std::string>& known) {
  for (const SettingSpec& spec : std::vector(settings.specs())) {
    const auto value = values.find(spec.key);
    if (value == values.end())
      throw UsageError(fmt::format("setting '{}' is missing; a cell says every setting that it uses", spec.key));
    settings.set(spec.key, value->second);
    known.insert(spec.key);
  }
}

}  // namespace

ResolvedPair build_pair(const std::string& problem, const std::string& method, const SettingMap& used,
                        const SettingMap& given) {
  Resolved of_problem = resolve_problem(problem, {});
  const auto rule = used.find("rule");
  const MethodDefinition definition = find_method(method);
  Resolved of_method{method_settings(built_in_parts(), definition, rule == used.end() ? "" : to_text(rule->second)),
                     {}};
  std::set<std::string> known;
  set_all(used, of_problem.settings, known);
  set_all(used, of_method.settings, known);
  for (const auto& [key, value] : used)
    if (!known.contains(key)) throw UsageError(unknown_name_message("setting", key, {known.begin(), known.end()}));
  of_problem.given["widths"] = {};  // whatever says them, they must fit
  ResolvedPair pair = assemble(problem, method, std::move(of_problem), of_method);
  pair.given = given;
  return pair;
}

Settings settled_problem(const std::string& problem, const std::vector<SettingOverride>& changes) {
  return resolve_problem(problem, changes).settings;
}

Settings settled_method(const std::string& problem, const std::string& method,
                        const std::vector<SettingOverride>& changes) {
  return resolve_method(problem, method, changes).settings;
}

}  // namespace physgrad
