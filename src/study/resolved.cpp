#include "physgrad/study/resolved.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/core/pattern.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/record/spec_json.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/limits.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad {
namespace {

/// Options that would make other tasks of those of a study.
std::string changing_option(const RunRequest& request) {
  const std::pair<const char*, bool> options[] = {{"--set", !request.sets.empty()},
                                                  {"--sweep", !request.sweeps.empty()},
                                                  {"--profile", !request.profile.empty()},
                                                  {"--budget", request.budget.has_value()},
                                                  {"--steps", request.steps.has_value()},
                                                  {"--timeout", request.timeout.has_value()},
                                                  {"--memory-limit", !request.memory_limit.empty()},
                                                  {"--target-stop", request.target_stop.has_value()},
                                                  {"--threads", request.threads.has_value()}};
  for (const auto& [name, given] : options)
    if (given) return name;
  return {};
}

/// The names that the tasks have, each once, in their order.
std::vector<std::string> names_of(const std::vector<CellSpec>& tasks, std::string CellKey::*name) {
  std::vector<std::string> names;
  std::set<std::string> seen;
  for (const CellSpec& task : tasks)
    if (seen.insert(task.key.*name).second) names.push_back(task.key.*name);
  return names;
}

std::set<std::string> chosen(const char* kind, const std::vector<std::string>& asked,
                             const std::vector<std::string>& names) {
  const std::vector<std::string> found = chosen_names(kind, contains(asked, "all") ? names : asked, names);
  return {found.begin(), found.end()};
}

/// The task as this program knows it: what it says of itself, and whether it can run.
Plan::Task checked_task(const Catalogue& catalogue, const CellSpec& task, const std::string& source) {
  try {
    return {spec_of(catalogue, task.key, task.limits, pair_of(catalogue, task)),
            skip_reason(catalogue, task.key.problem, task.key.method)};
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {} {}: {}", source, task.key.problem, task.key.method, error.what()));
  }
}

bool names_no_tasks(const RunRequest& request) {
  return changing_option(request).empty() && request.problems.empty() && request.methods.empty() &&
         request.seeds.empty() && request.file.sets.empty() && request.file.sweeps.empty() &&
         request.study.tasks.empty();
}

}  // namespace

std::string study_text(const Plan& plan, const RunHeader& header) {
  OrderedJson resolved = header_json(header);
  resolved["tuned_seeds"] = plan.tuned_seeds;
  resolved["tasks"] = OrderedJson::array();
  for (const CellKey& key : plan.order) resolved["tasks"].push_back(spec_json(plan.task_of(key).spec));
  const OrderedJson study = {{"seeds", plan.seeds},
                             {"jobs", plan.jobs},
                             {"timing", plan.timing},
                             {"save_weights", plan.save_weights},
                             {"resolved", std::move(resolved)}};
  return dump_json(study, 1) + "\n";
}

void read_resolved(const JsonView& config, RunRequest& request) {
  for (const std::string& key : config.keys())
    if (!contains({"seeds", "jobs", "timing", "save_weights", "out", "resolved"}, key))
      config.at(key).fail("this has no effect beside 'resolved', which says every setting; leave one of them out");
  const JsonView json = config.at("resolved");
  check_schema(json);
  const RunHeader header = read_header(json);
  request.study = {"the study", header.profile, header.limits, {}};
  request.tuning = header.tuning;
  for (const JsonView& seed : json.at("tuned_seeds").items()) request.tuned_seeds.push_back(seed.unsigned_integer());
  std::set<CellKey> seen;
  for (const JsonView& item : json.at("tasks").items()) {
    CellSpec task = read_spec(item);
    task.key.seed = 0;
    // Processors are dealt out by the run's number.
    if (task.limits.threads != request.study.limits.threads)
      item.fail(fmt::format("the task has threads {} and the run {}; expected one number for all", task.limits.threads,
                            request.study.limits.threads));
    if (!seen.insert(task.key).second) item.fail("the task appears twice");
    request.study.tasks.push_back(std::move(task));
  }
  if (request.study.tasks.empty()) json.at("tasks").fail("expected at least one task");
}

void refuse_resolved(const RunRequest& request, const char* verb) {
  if (!request.study.tasks.empty())
    throw UsageError(fmt::format(
        "the config is a study whose settings are all decided ('resolved'), which only `run` takes; give {} a config "
        "with 'settings'",
        verb));
}

Plan resolved_plan(const Catalogue& catalogue, const RunRequest& request) {
  const ResolvedStudy& study = request.study;
  if (const std::string option = changing_option(request); !option.empty())
    throw UsageError(
        fmt::format("{} has no effect: the study file says every setting ('resolved'); repeat the command in its "
                    "'run' with the option instead",
                    option));
  Plan plan;
  plan.catalogue = catalogue;
  const auto problems = chosen("problem of the study", request.problems, names_of(study.tasks, &CellKey::problem));
  std::vector<std::string> methods = split_method_names(request.methods);
  for (std::string& name : methods)
    if (is_composition(name)) name = method_name(catalogue, name);
  const auto of_methods = chosen("method of the study", methods, names_of(study.tasks, &CellKey::method));
  std::vector<CellSpec> tasks;
  std::ranges::copy_if(study.tasks, std::back_inserter(tasks), [&](const CellSpec& task) {
    return problems.contains(task.key.problem) && of_methods.contains(task.key.method);
  });
  if (tasks.empty()) throw UsageError("the study has none of these methods on these problems");
  for (const CellSpec& task : tasks) plan.add_task(checked_task(catalogue, task, study.source));
  plan.problems = names_of(tasks, &CellKey::problem);
  plan.methods = names_of(tasks, &CellKey::method);
  plan.seeds = parse_seeds(request.seeds.empty() ? "3" : request.seeds);
  plan.limits = study.limits;
  plan.profile = tasks.size() == study.tasks.size() ? study.profile : "custom";
  (void)make_limits(request);  // what else the request says is checked there
  return plan;
}

RunRequest with_stored_study(RunRequest request) {
  if (request.only.empty()) return request;
  namespace fs = std::filesystem;
  const fs::path folder = request.out;
  std::error_code ignored;
  if (request.out.empty()) throw UsageError("--only needs --out with the directory of the run to measure again");
  if (!fs::exists(folder / "manifest.json", ignored))
    throw UsageError(fmt::format("--only: '{}' holds no run (no manifest.json)", folder.string()));
  if (!names_no_tasks(request)) return request;
  if (!fs::exists(folder / kStudyFile, ignored))
    throw UsageError(fmt::format("--only: '{}' has no {}; repeat the options of its run, or its --config",
                                 folder.string(), kStudyFile));
  request.config = (folder / kStudyFile).string();
  return with_named_config(std::move(request));
}

}  // namespace physgrad
