#include "physgrad/catalogue/pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "physgrad/catalogue/build_problem.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad {
namespace {

/// The pair under these settings.
ResolvedPair assemble(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                      Settled of_problem, const Settled& of_method) {
  ResolvedPair pair;
  pair.problem = build_problem(catalogue, problem, of_problem.settings, of_problem.given.contains("widths"));
  pair.method = make_method(catalogue.parts(), find_method(catalogue, method), of_method.settings);
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

/// A search that takes the loss's quadratic model needs its curvature.
void check_search(const ResolvedPair& pair) {
  const auto search = pair.method_settings.find("search");
  if (search != pair.method_settings.end() && search->second == SettingValue(std::string("model")) &&
      !pair.problem.loss->has_curvature())
    throw UsageError(
        fmt::format("setting 'search' cannot be 'model' with {}, whose loss has no curvature", pair.problem.name));
}

/// Sets those of `values` that the settings know, all of which must be there but for younger ones, and says which they
/// were.
void set_all(const SettingMap& values, Settings& settings, std::set<std::string>& known) {
  for (const SettingSpec& spec : std::vector(settings.specs())) {
    const auto value = values.find(spec.key);
    if (value == values.end() && spec.historic) {  // it was written before the setting was there
      settings.set(spec.key, *spec.historic);
      continue;
    }
    if (value == values.end())
      throw UsageError(fmt::format("setting '{}' is missing; a cell says every setting that it uses", spec.key));
    settings.set(spec.key, value->second);
    known.insert(spec.key);
  }
}

}  // namespace

ResolvedPair resolve_pair(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                          const std::vector<SettingOverride>& overrides) {
  const std::vector<SettingOverride> changes = matching(overrides, problem, method);
  ResolvedPair pair = assemble(catalogue, problem, method, settled_problem(catalogue, problem, changes),
                               settled_method(catalogue, problem, method, changes));
  check_batch(pair, changes);
  check_convention(pair);
  check_search(pair);
  return pair;
}

ResolvedPair build_pair(const Catalogue& catalogue, const std::string& problem, const std::string& method,
                        const SettingMap& used, const SettingMap& given) {
  Settled of_problem = settled_problem(catalogue, problem, {});
  const MethodDefinition definition = find_method(catalogue, method);
  Words chosen;
  for (const std::string& place : free_places(definition))
    if (const auto word = used.find(place); word != used.end()) chosen[place] = to_text(word->second);
  Settled of_method{method_settings(catalogue.parts(), definition, chosen), {}};
  std::set<std::string> known;
  set_all(used, of_problem.settings, known);
  set_all(used, of_method.settings, known);
  for (const auto& [key, value] : used)
    if (!known.contains(key)) throw UsageError(unknown_name_message("setting", key, {known.begin(), known.end()}));
  of_problem.given["widths"] = {};  // whatever says them, they must fit
  ResolvedPair pair = assemble(catalogue, problem, method, std::move(of_problem), of_method);
  pair.given = given;
  return pair;
}

}  // namespace physgrad
