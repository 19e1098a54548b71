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
#include "physgrad/study/choices.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/effects.hpp"
#include "physgrad/study/limits.hpp"
#include "physgrad/study/resolved.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad {
namespace {

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
  request.file.problems = choose_problems(catalogue, request.file.problems, {});
  request.file.methods = choose_methods(catalogue, request.file.methods);
}

void check_compositions(const Catalogue& catalogue, const std::vector<std::string>& methods, const Given& given) {
  for (const std::string& method : methods) {
    for (const SettingOverride& change : given.overrides) check_composition_keeps(catalogue, method, change);
    for (const Sweep& sweep : given.sweeps) check_composition_keeps(catalogue, method, sweep.first);
  }
}

void check_tuned_seeds(const Plan& plan, const RunRequest& request) {
  for (const std::uint64_t seed : request.tuned_seeds)
    if (std::ranges::find(plan.seeds, seed) != plan.seeds.end())
      throw UsageError(fmt::format("seed {} is one that the settings were tuned on; expected --seeds without {}", seed,
                                   fmt::join(request.tuned_seeds, ", ")));
}

/// With its cells, in order, and all that does not depend on its tasks.
Plan finished_plan(Plan plan, const RunRequest& request) {
  check_tuned_seeds(plan, request);
  for (std::size_t s = 0; s < plan.seeds.size(); ++s)
    for (CellKey& cell : interleaved(plan.order, s)) {
      cell.seed = plan.seeds[s];
      plan.cells.push_back(std::move(cell));
    }
  plan.tuning = request.tuning;
  plan.tuned_seeds = request.tuned_seeds;
  plan.jobs = static_cast<int>(request.jobs.value_or(1));
  const int threads = plan.limits.threads;
  if (const std::string why = threads_obstacle(threads, plan.jobs); !why.empty())
    throw UsageError(fmt::format("--threads cannot be {}: {}", threads, why));
  plan.timing = request.timing;
  plan.save_weights = request.save_weights;
  const std::time_t now = std::time(nullptr);
  plan.in_own_folder = request.out.empty();
  plan.directory = plan.in_own_folder ? fmt::format("results/{:%Y%m%d-%H%M%S}", fmt::localtime(now)) : request.out;
  return plan;
}

/// What the study cost that chose the problem's file's settings, for pairs of which no setting of the method was given:
/// another search is the request's to tell.
void add_default_tuning(const Catalogue& catalogue, const ResolvedPair& pair, const CellKey& cell,
                        std::vector<TuningNote>& notes) {
  const auto same = [&](const TuningNote& note) { return note.problem == cell.problem && note.method == cell.method; };
  const auto of_method = [&](const auto& given) { return pair.method_settings.contains(given.first); };
  if (std::ranges::any_of(notes, same) || std::ranges::any_of(pair.given, of_method)) return;
  const SettingsSource tuning = problem_file(catalogue, cell.problem).tuning;
  if (const auto found = tuning.seconds.find(cell.method); found != tuning.seconds.end())
    notes.push_back({cell.problem, cell.method, tuning.trials, found->second});
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

void Plan::add_task(Task task) {
  order.push_back(task.spec.key);
  tasks[order.back()] = std::move(task);
}

CellSpec Plan::spec_of(const CellKey& cell) const {
  CellSpec spec = task_of(cell).spec;
  spec.key.seed = cell.seed;
  return spec;
}

std::string default_suite_text(const Catalogue& catalogue) {
  return fmt::format("{} x {}", fmt::join(default_problems(catalogue), ", "),
                     fmt::join(default_methods(catalogue), ", "));
}

std::vector<SettingOverride> pair_overrides(const Catalogue& catalogue, const RunRequest& asked,
                                            const std::vector<SettingOverride>& weaker) {
  RunRequest request = with_named_config(asked);
  refuse_resolved(request, "inspect");
  Plan plan;
  plan.catalogue = catalogue;
  plan.overrides = weaker;
  plan.problems = request.problems;
  plan.methods = request.methods;
  name_file_lists(catalogue, request);
  const CellKey cell{plan.problems.front(), plan.methods.front()};
  if (request.profile == "paper")
    std::ranges::move(published_overrides(catalogue, cell.problem), std::back_inserter(plan.overrides));
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
  RunRequest request = with_stored_study(with_named_config(asked));
  if (!request.study.tasks.empty()) return finished_plan(resolved_plan(catalogue, request), request);
  Plan plan;
  plan.catalogue = catalogue;
  const Pairs pairs = choose_pairs(request, plan);
  name_file_lists(catalogue, request);
  plan.seeds = parse_seeds(request.seeds.empty() ? "3" : request.seeds);
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
  for (const CellKey& cell : tasks) {
    const ResolvedPair pair = resolve_pair(catalogue, cell.problem, cell.method, plan.overrides_of(cell));
    const std::string skipped = skip_reason(catalogue, cell.problem, cell.method);
    if (skipped.empty()) add_default_tuning(catalogue, pair, cell, request.tuning);
    plan.add_task({spec_of(catalogue, cell, plan.limits_of(cell.problem), pair), skipped});
  }
  return finished_plan(std::move(plan), request);
}

}  // namespace physgrad
