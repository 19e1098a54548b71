#include "physgrad/study/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/study/cell_process.hpp"
#include "physgrad/study/only.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/study/run_header.hpp"
#include "physgrad/study/spec.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad {
namespace {

constexpr double kProbeSteps = 4, kProbeSeconds = 5;

/// Points of the curve of so many steps: one each up to 4, then one whenever there are a quarter more.
double curve_points(double steps) {
  return steps <= 4 ? steps + 1 : 5 + std::ceil(std::log(steps / 4) / std::log(1.25));
}

/// Seconds of a whole cell by its first steps; absent where these do not come to an end.
double probed_seconds(CellSpec spec) {
  const double steps = spec.limits.steps;
  spec.limits.steps = std::min(steps, kProbeSteps);
  spec.limits.budget_seconds = spec.limits.timeout_seconds = kProbeSeconds;
  spec.task_id = spec.setup_id = "";  // of other limits than the cell's
  CellLines lines;
  (void)run_cell(spec, {.beside = false, .with_heap = false}, {},
                 [&](const std::string& line) { lines.add(line, "probe"); });
  const CellRecord record = lines.record();
  if (!lines.finished() || record.steps < 1 || record.status == Status::diverged) return kAbsent;
  const double each = record.steps > 1 ? record.time.step_mean : record.time.first_step_seconds;
  const double evaluation = (record.time.wall_seconds - record.time.train_seconds) /
                            static_cast<double>(std::max<std::size_t>(record.curve.size(), 1));
  return record.time.first_step_seconds + each * (steps - 1) + evaluation * curve_points(steps);
}

void predict_memory(const Plan& plan, const CellSpec& spec, TaskForecast& task) {
  const ResolvedPair pair = pair_of(plan.catalogue, spec);
  const double limit = std::isnan(spec.limits.memory_bytes) ? kInfinity : spec.limits.memory_bytes;
  task.bytes = predicted_bytes(pair.problem, *pair.method, limit, spec.limits.threads);
  if (task.bytes > limit)
    task.skip_reason = fmt::format("predicted to need {:.0f} bytes, more than the limit of {:.0f}", task.bytes, limit);
}

void predict_time(CellSpec spec, std::uint64_t seed, TaskForecast& task) {
  if (!std::isnan(spec.limits.steps)) {
    spec.key.seed = seed;
    task.seconds = probed_seconds(spec);
    if (!std::isnan(task.seconds)) task.basis = Basis::probe;
  }
  const double budget = spec.limits.budget_seconds;
  if (std::isnan(budget) || task.seconds <= budget) return;
  task.seconds = budget;
  task.basis = Basis::budget;
}

/// The plan's cells, or its shard's, by task, with how many of them are to be measured.
std::vector<TaskForecast> counted_tasks(const Plan& plan, const RunOptions& options, const Tell& tell) {
  check_only(options.only, plan.cells);
  const Plan part = part_of(plan, options.shard);
  const RunHeader fresh = run_header(plan, {});
  const std::optional<RunHeader> begun = begun_run(plan, fresh);
  std::vector<FoundCell> found(part.cells.size());
  if (begun) found = find_cells(part, *begun, fresh.environment, tell);
  std::vector<bool> wanted =
      chosen_again(options.only.empty() ? std::vector<std::string>{"missing"} : options.only, part.cells, found);
  std::map<CellKey, TaskForecast> by_task;
  for (std::size_t i = 0; i < part.cells.size(); ++i) {
    CellKey key = part.cells[i];
    key.seed = 0;
    TaskForecast& task = by_task[key];
    ++task.cells;
    task.measured += wanted[i];
  }
  std::vector<TaskForecast> tasks;
  for (const CellKey& key : plan.order)
    if (const auto place = by_task.find(key); place != by_task.end()) {
      tasks.push_back(place->second);
      tasks.back().task = key;
    }
  return tasks;
}

void add_up(const TaskForecast& task, Forecast& all) {
  all.cells += task.cells;
  all.measured += task.measured;
  if (!task.skip_reason.empty()) {
    all.skipped += task.measured;
    return;
  }
  if (task.measured == 0) return;
  all.bytes = std::max(all.bytes, task.bytes);
  if (std::isnan(task.seconds)) {
    all.unknown += task.measured;
    return;
  }
  all.seconds += static_cast<double>(task.measured) * task.seconds;
  all.longest = std::max(all.longest, task.seconds);
}

}  // namespace

Forecast forecast(const Plan& plan, const RunOptions& options, const Tell& tell) {
  if (!plan.in_own_folder) check_run_folder(plan.directory);
  Forecast result{counted_tasks(plan, options, tell)};
  for (TaskForecast& task : result.tasks) {
    const Plan::Task& planned = plan.task_of(task.task);
    task.skip_reason = planned.skip_reason;
    if (task.skip_reason.empty()) predict_memory(plan, planned.spec, task);
    if (task.skip_reason.empty() && task.measured > 0) predict_time(planned.spec, plan.seeds.front(), task);
    add_up(task, result);
  }
  return result;
}

}  // namespace physgrad
