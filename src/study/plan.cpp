#include "physgrad/study/plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/fates.hpp"
#include "physgrad/core/pattern.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/effects.hpp"
#include "physgrad/study/limits.hpp"
#include "physgrad/study/spec.hpp"
#include "physgrad/study/sweeps.hpp"

namespace physgrad {
namespace {

std::vector<std::string> choose(const std::vector<std::string>& asked, const std::vector<std::string>& all,
                                const std::vector<std::string>& otherwise, const char* what) {
  if (asked.empty()) return otherwise;
  std::vector<std::string> names;
  for (const std::string& name : asked) {
    if (name == "all") continue;
    for (const std::string& found : chosen_names(what, {name}, all))
      if (std::ranges::find(names, found) == names.end()) names.push_back(found);
  }
  return std::ranges::find(asked, "all") == asked.end() ? names : all;
}

/// A list of methods, compositions in their canonical form.
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

/// The cells in which every task's methods have moved `places` places in a circle.
std::vector<CellKey> interleaved(std::vector<CellKey> cells, std::size_t places) {
  for (auto first = cells.begin(); first != cells.end();) {
    const auto other = [&](const CellKey& cell) {
      return cell.problem != first->problem || cell.problem_sweep != first->problem_sweep;
    };
    const auto last = std::find_if(first, cells.end(), other);
    std::rotate(first, first + static_cast<std::ptrdiff_t>(places) % (last - first), last);
    first = last;
  }
  return cells;
}

/// A file's lists by the names that a run has.
void name_file_lists(const Catalogue& catalogue, RunRequest& request) {
  request.file.problems = choose(request.file.problems, catalogue.problem_names(), {}, "problem");
  request.file.methods = choose_methods(catalogue, request.file.methods);
}

void check_compositions(const Catalogue& catalogue, const std::vector<std::string>& methods, const Given& given) {
  for (const std::string& method : methods) {
    for (const SettingOverride& change : given.overrides) check_composition_keeps(catalogue, method, change);
    for (const Sweep& sweep : given.sweeps) check_composition_keeps(catalogue, method, sweep.first);
  }
}

}  // namespace

std::vector<SettingOverride> Plan::overrides_of(const CellKey& cell) const {
  std::vector<SettingOverride> result = overrides;
  std::ranges::move(parse_swept(catalogue, cell.problem_sweep), std::back_inserter(result));
  std::ranges::move(parse_swept(catalogue, cell.method_sweep), std::back_inserter(result));
  return result;
}

double Plan::budget_of(const std::string& problem) const {
  if (!std::isnan(limits.budget_seconds)) return limits.budget_seconds;
  if (!std::isnan(limits.steps)) return std::numeric_limits<double>::infinity();
  const auto own = budgets.find(problem);
  return own != budgets.end() ? own->second : problem_file(catalogue, problem).budget_seconds;
}

CellLimits Plan::limits_of(const std::string& problem) const {
  CellLimits of_cell = limits;
  of_cell.budget_seconds = budget_of(problem);
  return absent_where_infinite(of_cell);
}

CellSpec Plan::spec_of(const CellKey& cell) const {
  CellSpec spec = task_of(cell).spec;
  spec.key.seed = cell.seed;
  return spec;
}

std::string default_suite_text(const Catalogue& catalogue) {
  return fmt::format("{} x {}", fmt::join(present(kQuickProblems, catalogue.problem_names()), ", "),
                     fmt::join(present(kQuickMethods, catalogue.method_names()), ", "));
}

std::vector<SettingOverride> pair_overrides(const Catalogue& catalogue, const RunRequest& asked) {
  RunRequest request = with_named_config(asked);
  Plan plan;
  plan.catalogue = catalogue;
  plan.problems = request.problems;
  plan.methods = request.methods;
  name_file_lists(catalogue, request);
  const CellKey cell{plan.problems.front(), plan.methods.front()};
  if (request.profile == "paper") plan.overrides = published_overrides(catalogue, cell.problem);
  Given given = read_given(catalogue, request);
  check_compositions(catalogue, plan.methods, given);
  std::vector<SettingOverride> all = plan.overrides;
  all.insert(all.end(), given.overrides.begin(), given.overrides.end());
  for (const CellKey& swept : swept_cells(catalogue, {{cell.problem, {cell.method}}}, given.sweeps, all, 1))
    if (!(swept == cell))
      throw UsageError(fmt::format("the config sweeps {}; choose a value with --set",
                                   swept.problem_sweep.empty() ? swept.method_sweep : swept.problem_sweep));
  given.sweeps.clear();
  // The inverse simulator is asked here whatever the method.
  const auto of_inverse = [&](const SettingOverride& change) {
    return change.key.starts_with("inverse_") && concerns_problem(catalogue, change, cell.problem);
  };
  std::ranges::copy_if(given.overrides, std::back_inserter(plan.overrides), of_inverse);
  std::erase_if(given.overrides, of_inverse);
  for (const SettingOverride& change : effective_overrides(given, request, plan, {cell}))
    plan.overrides.push_back(change);
  return plan.overrides;
}

Plan make_plan(const Catalogue& catalogue, const RunRequest& asked) {
  RunRequest request = with_named_config(asked);
  if (!request.profile.empty() && std::ranges::find(kProfiles, request.profile) == kProfiles.end())
    throw UsageError(unknown_name_message("profile", request.profile, kProfiles));
  const bool paper = request.profile == "paper", standard = request.profile == "standard";
  Plan plan;
  plan.catalogue = catalogue;
  plan.problems = choose(request.problems, catalogue.problem_names(),
                         paper      ? published_problems(catalogue)
                         : standard ? catalogue.problem_names()
                                    : present(kQuickProblems, catalogue.problem_names()),
                         "problem");
  plan.methods = choose_methods(catalogue, request.methods);
  name_file_lists(catalogue, request);
  if (!request.profile.empty() && !paper && !request.problems.empty() && !request.methods.empty())
    throw UsageError(fmt::format(
        "--profile {} has no effect: it says which problems and methods run, and both are given; leave out one of them",
        request.profile));
  plan.seeds = parse_seeds(request.seeds.empty() ? "3" : request.seeds);
  plan.tuning = request.tuning;
  for (const std::uint64_t seed : request.tuned_seeds)
    if (std::ranges::find(plan.seeds, seed) != plan.seeds.end())
      throw UsageError(fmt::format("seed {} is one that the settings were tuned on; expected --seeds without {}", seed,
                                   fmt::join(request.tuned_seeds, ", ")));
  const bool whole = request.problems.empty() && request.methods.empty() && request.sets.empty() &&
                     request.sweeps.empty() && request.file.sets.empty() && request.file.sweeps.empty();
  plan.profile = !request.profile.empty() ? request.profile : whole ? "quick" : "custom";
  Pairs pairs;
  if (paper) {
    pairs = published_pairs(plan.problems, plan.methods, plan);
    plan.methods.clear();
    for (const auto& [problem, methods] : pairs)
      for (const std::string& method : methods)
        if (std::ranges::find(plan.methods, method) == plan.methods.end()) plan.methods.push_back(method);
  } else {
    if (plan.methods.empty())
      plan.methods = standard ? catalogue.method_names() : present(kQuickMethods, catalogue.method_names());
    for (const std::string& problem : plan.problems) pairs.emplace_back(problem, plan.methods);
  }
  plan.limits = make_limits(request);
  const Given given = read_given(catalogue, request);
  check_compositions(catalogue, plan.methods, given);
  std::vector<SettingOverride> all = plan.overrides;
  all.insert(all.end(), given.overrides.begin(), given.overrides.end());
  const std::vector<CellKey> tasks = swept_cells(catalogue, pairs, given.sweeps, all, plan.seeds.size());
  for (const SettingOverride& change : effective_overrides(given, request, plan, tasks)) {
    plan.overrides.push_back(change);
    plan.limits.settings.push_back(to_text(change));
  }
  for (const CellKey& cell : tasks)
    plan.tasks[cell] = {spec_of(catalogue, cell, plan.limits_of(cell.problem),
                                resolve_pair(catalogue, cell.problem, cell.method, plan.overrides_of(cell))),
                        skip_reason(catalogue, cell.problem, cell.method)};
  for (std::size_t s = 0; s < plan.seeds.size(); ++s)
    for (CellKey& cell : interleaved(tasks, s)) {
      cell.seed = plan.seeds[s];
      plan.cells.push_back(std::move(cell));
    }
  const std::time_t now = std::time(nullptr);
  plan.directory = request.out.empty() ? fmt::format("results/{:%Y%m%d-%H%M%S}", fmt::localtime(now)) : request.out;
  return plan;
}

}  // namespace physgrad
