#include "physgrad/catalogue/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/entries.hpp"
#include "physgrad/catalogue/network_settings.hpp"
#include "physgrad/catalogue/problem_file.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/model/networks.hpp"

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

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
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

struct BuiltProblem {
  Problem problem;
  Settings settings;
  SettingMap given;
};

BuiltProblem build_problem(const std::string& name, const std::vector<SettingOverride>& overrides) {
  const ProblemEntry& entry = find_entry(problem_entries(), "problem", name);
  const ProblemDefinition definition = entry.definition();
  const ProblemFile file = parse_problem_file(name, entry.json);
  BuiltProblem built{{}, problem_settings(definition, file), {}};
  for (const SettingOverride& change : overrides) {
    if (!change.method.empty() || !built.settings.knows(change.key)) continue;
    apply(built.settings, change);
    built.given[change.key] = built.settings.values()[change.key];
  }
  built.problem = definition.build(built.settings);
  built.problem.name = name;
  built.problem.instance = file.has_network && built.settings.boolean("instance");
  if (file.has_network && !built.problem.instance) {
    attach_network(built.problem, built.settings, built.given.contains("widths"));
  } else {
    built.problem.network = no_network(built.problem.simulator->controls());
  }
  built.problem.seed_matters = seed_matters(built.problem);
  return built;
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

struct BuiltMethod {
  MethodDefinition definition;
  Settings settings;
  SettingMap given;
};

BuiltMethod build_method(const std::string& problem, const std::string& name,
                         const std::vector<SettingOverride>& overrides) {
  const ProblemFile file = parse_problem_file(problem, find_entry(problem_entries(), "problem", problem).json);
  SettingMap from_file;
  if (const auto entry = file.methods.find(name); entry != file.methods.end()) from_file = entry->second;
  BuiltMethod built{find_method(name), {}, {}};
  const std::string rule = built.definition.build ? std::string{} : chosen_rule(from_file, overrides);
  built.settings = method_settings(built.definition, rule);
  // A rule other than the file's has other settings: those of the file's that it lacks do not apply.
  for (const auto& [key, value] : from_file)
    if (key != "rule" && (built.settings.knows(key) || !from_file.contains("rule"))) built.settings.set(key, value);
  for (const SettingOverride& change : overrides) {
    if (!built.settings.knows(change.key)) continue;
    apply(built.settings, change);
    built.given[change.key] = built.settings.values()[change.key];
  }
  return built;
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

ProblemFacts problem_facts(const std::string& name) {
  const ProblemEntry& entry = find_entry(problem_entries(), "problem", name);
  const ProblemDefinition definition = entry.definition();
  const ProblemFile file = parse_problem_file(name, entry.json);
  const BuiltProblem built = build_problem(name, {});
  return {name,
          definition.summary,
          definition.citation,
          definition.determined,
          file.sources,
          file.budget_seconds,
          file.targets,
          file.has_network,
          built.problem.inverse != nullptr,
          built.problem.loss->has_newton_step(),
          built.problem.simulator->controls(),
          built.problem.simulator->outputs(),
          built.problem.network->parameters(),
          built.settings.specs(),
          file.paper};
}

MethodFacts method_facts(const std::string& name) {
  const MethodDefinition definition = find_method(name);
  return {name, definition.summary, definition.citation, method_needs(definition), method_settings(definition).specs()};
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
  BuiltProblem built_problem = build_problem(problem, changes);
  BuiltMethod built_method = build_method(problem, method, changes);
  ResolvedPair pair{std::move(built_problem.problem),
                    make_method(built_method.definition, built_method.settings),
                    std::move(built_problem.given),
                    built_problem.settings.values(),
                    method,
                    built_problem.settings.values(),
                    built_method.settings.values()};
  pair.given.merge(built_method.given);
  SettingMap used = built_method.settings.values();
  pair.used.merge(used);
  check_batch(pair, changes);
  check_convention(pair);
  return pair;
}

Settings settled_problem(const std::string& problem, const std::vector<SettingOverride>& changes) {
  const ProblemEntry& entry = find_entry(problem_entries(), "problem", problem);
  Settings settings = problem_settings(entry.definition(), parse_problem_file(problem, entry.json));
  for (const SettingOverride& change : changes)
    if (change.method.empty() && settings.knows(change.key)) apply(settings, change);
  return settings;
}

Settings settled_method(const std::string& problem, const std::string& method,
                        const std::vector<SettingOverride>& changes) {
  return build_method(problem, method, changes).settings;
}

}  // namespace physgrad
