#include "physgrad/study/choices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/fates.hpp"
#include "physgrad/core/pattern.hpp"

namespace physgrad {
namespace {

const std::vector<std::string> kProfiles = {"quick", "standard", "paper"};
const std::vector<std::string> kQuickProblems = {"heat", "burgers", "coupled-oscillators", "two-body"};
const std::vector<std::string> kQuickMethods = {"dp-adam", "pg", "gn", "hig"};

/// Those of `wanted` that there are, or all where there are none of them.
std::vector<std::string> present(const std::vector<std::string>& wanted, const std::vector<std::string>& all) {
  std::vector<std::string> names;
  for (const std::string& name : wanted)
    if (contains(all, name)) names.push_back(name);
  return names.empty() ? all : names;
}

std::vector<std::string> published_problems(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const std::string& name : catalogue.problem_names())
    if (problem_file(catalogue, name).paper) names.push_back(name);
  return names;
}

/// Adds the published settings to the plan's overrides.
Pairs published_pairs(const std::vector<std::string>& problems, const std::vector<std::string>& methods, Plan& plan) {
  Pairs pairs;
  for (const std::string& problem : problems) {
    const auto paper = problem_file(plan.catalogue, problem).paper;
    if (!paper)
      throw UsageError(fmt::format("problem '{}' has no published set-up; those with one: {}", problem,
                                   fmt::join(published_problems(plan.catalogue), ", ")));
    std::vector<std::string> chosen, published;
    for (const auto& [method, settings] : paper->methods) {
      published.push_back(method);
      if (methods.empty() || std::ranges::find(methods, method) != methods.end()) chosen.push_back(method);
    }
    if (chosen.empty())
      throw UsageError(fmt::format("problem '{}' has no published settings for {}; it has them for {}", problem,
                                   fmt::join(methods, ", "), fmt::join(published, ", ")));
    plan.budgets[problem] = paper->budget_seconds;
    for (const SettingOverride& preset : published_overrides(plan.catalogue, problem))
      if (preset.method.empty() || std::ranges::find(chosen, preset.method) != chosen.end())
        plan.overrides.push_back(preset);
    pairs.emplace_back(problem, chosen);
  }
  return pairs;
}

void check_profile(const RunRequest& request) {
  const std::string& profile = request.profile;
  if (!profile.empty() && !contains(kProfiles, profile))
    throw UsageError(unknown_name_message("profile", profile, kProfiles));
  if (!profile.empty() && profile != "paper" && !request.problems.empty() && !request.methods.empty())
    throw UsageError(fmt::format(
        "--profile {} has no effect: it says which problems and methods run, and both are given; leave out one of them",
        profile));
}

std::string profile_of(const RunRequest& request) {
  if (!request.profile.empty()) return request.profile;
  const bool whole = request.problems.empty() && request.methods.empty() && request.sets.empty() &&
                     request.sweeps.empty() && request.file.sets.empty() && request.file.sweeps.empty();
  return whole ? "quick" : "custom";
}

}  // namespace

std::vector<std::string> default_problems(const Catalogue& catalogue) {
  return present(kQuickProblems, catalogue.problem_names());
}

std::vector<std::string> default_methods(const Catalogue& catalogue) {
  return present(kQuickMethods, catalogue.method_names());
}

std::vector<std::string> choose_problems(const Catalogue& catalogue, const std::vector<std::string>& asked,
                                         const std::vector<std::string>& otherwise) {
  if (asked.empty()) return otherwise;
  std::vector<std::string> names;
  for (const std::string& name : asked) {
    if (name == "all") continue;
    for (const std::string& found : chosen_names("problem", {name}, catalogue.problem_names()))
      if (!contains(names, found)) names.push_back(found);
  }
  return contains(asked, "all") ? catalogue.problem_names() : names;
}

std::vector<std::string> choose_methods(const Catalogue& catalogue, const std::vector<std::string>& asked) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const std::string& name : split_method_names(asked)) {
    if (name == "all")
      std::ranges::for_each(catalogue.method_names(), add);
    else if (!is_composition(name) && is_pattern(name))
      std::ranges::for_each(chosen_names("method", {name}, catalogue.method_names()), add);
    else
      add(method_name(catalogue, name));
  }
  if (names.empty() && !asked.empty()) throw UsageError(unknown_name_message("method", "", catalogue.method_names()));
  return names;
}

Pairs choose_pairs(const RunRequest& request, Plan& plan) {
  check_profile(request);
  const Catalogue& catalogue = plan.catalogue;
  const bool paper = request.profile == "paper", standard = request.profile == "standard";
  plan.profile = profile_of(request);
  plan.problems = choose_problems(catalogue, request.problems,
                                  paper      ? published_problems(catalogue)
                                  : standard ? catalogue.problem_names()
                                             : default_problems(catalogue));
  plan.methods = choose_methods(catalogue, request.methods);
  Pairs pairs;
  if (paper) {
    pairs = published_pairs(plan.problems, plan.methods, plan);
    plan.methods.clear();
    for (const auto& [problem, methods] : pairs)
      for (const std::string& method : methods)
        if (!contains(plan.methods, method)) plan.methods.push_back(method);
    return pairs;
  }
  if (plan.methods.empty()) plan.methods = standard ? catalogue.method_names() : default_methods(catalogue);
  for (const std::string& problem : plan.problems) pairs.emplace_back(problem, plan.methods);
  return pairs;
}

}  // namespace physgrad
