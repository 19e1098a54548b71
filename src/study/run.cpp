#include "physgrad/study/run.hpp"

#include <fmt/format.h>

#include <utility>

#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/only.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/study/run_header.hpp"
#include "physgrad/study/workers.hpp"

namespace physgrad {

Plan part_of(const Plan& plan, const std::optional<Shard>& shard) {
  Plan part = plan;
  if (!shard) return part;
  part.cells.clear();
  for (const std::size_t i : cells_of(plan, *shard)) part.cells.push_back(plan.cells[i]);
  return part;
}

RunResult run_plan(const Plan& plan, const std::vector<std::string>& command, const RunOptions& options,
                   const RunWatcher& watcher, const std::function<void(const RunResult&)>& conclude) {
  check_only(options.only, plan.cells);
  std::optional<std::vector<std::size_t>> places;
  if (options.shard) places = cells_of(plan, *options.shard);
  const RunDirectory directory(plan.directory, places, plan.save_weights);
  const RunHeader fresh = run_header(plan, command);
  RunHeader header;
  directory.alone([&] { header = begin_run(plan, fresh, options.tables); });
  const Plan part = part_of(plan, options.shard);
  directory.remove_half_written(part, options.tables);
  catch_interrupts();
  if (const std::string line = load_line(plan.jobs * plan.limits.threads); !line.empty()) watcher.tell(line);
  RunInProgress run(part, directory, header, fresh.environment, watcher);
  run.measure_wanted(plan.jobs, options.only);
  if (plan.timing) run.measure_times_again();
  RunResult result{run.finish()};
  result.finished = run.finished();
  result.signal = interrupted_by();
  conclude(result);
  return result;
}

}  // namespace physgrad
