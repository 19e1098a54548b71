#include "physgrad/catalogue/facts.hpp"

#include <fmt/format.h>

#include "physgrad/catalogue/build_problem.hpp"
#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/settled.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad {

ProblemFile problem_file(const Catalogue& catalogue, const std::string& name) {
  return parse_problem_file(name, catalogue.problem(name).json);
}

ProblemFacts problem_facts(const Catalogue& catalogue, const std::string& name) {
  const ProblemDefinition definition = catalogue.problem(name).definition();
  const ProblemFile file = problem_file(catalogue, name);
  Settings settings = settled_problem(catalogue, name, {}).settings;
  const Problem built = build_problem(catalogue, name, settings, false);
  return {name,
          definition.summary,
          definition.citation,
          definition.determined,
          file.tuning.text.empty() ? file.sources : fmt::format("{}; settings: {}", file.sources, file.tuning.text),
          file.budget_seconds,
          file.targets,
          file.has_network,
          built.inverse != nullptr,
          built.loss->has_newton_step(),
          built.loss->has_curvature(),
          built.simulator->controls(),
          built.simulator->outputs(),
          built.network->parameters(),
          settings.specs(),
          file.paper};
}

MethodFacts method_facts(const Catalogue& catalogue, const std::string& name) {
  const MethodDefinition definition = find_method(catalogue, name);
  return {name,
          definition.summary,
          definition.citation,
          method_needs(catalogue.parts(), definition),
          method_settings(catalogue.parts(), definition).specs(),
          parts_of(definition)};
}

std::string method_name(const Catalogue& catalogue, const std::string& text) {
  return is_composition(text) ? composition_name(parse_composition(catalogue.parts(), text))
                              : catalogue.method(text).name;
}

std::string skip_reason(const ProblemFacts& problem, const MethodFacts& method) {
  if (contains(method.needs, "inverse") && !problem.has_inverse)
    return fmt::format("{} needs an inverse simulator and {} has none", method.name, problem.name);
  if (contains(method.needs, "newton-step") && !problem.has_newton_step)
    return fmt::format("{} needs the Newton step of the loss and that of {} has none", method.name, problem.name);
  if (contains(method.needs, "curvature") && !problem.has_curvature)
    return fmt::format("{} needs products with the curvature of the loss and that of {} has none", method.name,
                       problem.name);
  return {};
}

std::string skip_reason(const Catalogue& catalogue, const std::string& problem, const std::string& method) {
  return skip_reason(problem_facts(catalogue, problem), method_facts(catalogue, method));
}

}  // namespace physgrad
