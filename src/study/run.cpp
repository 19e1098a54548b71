#include "physgrad/study/run.hpp"

#include <fmt/format.h>

#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/study/run_header.hpp"
#include "physgrad/study/workers.hpp"

namespace physgrad {

RunResult run_plan(const Plan& plan, const std::vector<std::string>& command, const RunOptions& options,
                   const RunWatcher& watcher, const std::function<void(const RunResult&)>& conclude) {
  const RunDirectory directory(plan.directory);
  const RunHeader fresh = run_header(plan, command), header = begin_run(plan, fresh, options.tables);
  directory.remove_half_written(plan, options.tables);
  catch_interrupts();
  if (const std::string line = load_line(options.jobs); !line.empty()) watcher.tell(line);
  RunInProgress run(plan, header, fresh.environment, watcher);
  run.measure_missing(options.jobs);
  if (options.timing) run.measure_times_again();
  const RunResult result{run.finish(), interrupted_by()};
  conclude(result);
  return result;
}

}  // namespace physgrad
