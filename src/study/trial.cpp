#include "physgrad/study/trial.hpp"

#include <fmt/format.h>

#include <limits>

#include "physgrad/catalogue/pair.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/study/cell_process.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad {

CellSpec trial_spec(const Plan& plan, const std::string& problem, const std::string& method,
                    const std::string& settings, const CellLimits& limits) {
  const CellKey key{problem, method, 0, "", settings};
  return spec_of(plan.catalogue, key, limits, resolve_pair(plan.catalogue, problem, method, plan.overrides_of(key)));
}

TrialRun run_trial(const CellSpec& spec) {
  TrialRun run;
  CellLines lines;
  const CellExit exit = run_cell(spec, {.beside = false, .with_heap = false}, {},
                                 [&](const std::string& line) { lines.add(line, "trial"); });
  run.interrupted = exit.interrupted;
  if (run.interrupted) return run;
  const CellRecord record = lines.record();
  const bool good = lines.finished() && succeeded(record);
  if (!good)
    run.failure = lines.finished() ? fmt::format("{}: {}", to_text(record.status), record.reason)
                  : exit.timed_out ? "timeout"
                                   : exit.failure;
  run.loss = good ? miss_if_absent(record.final.test_loss) : std::numeric_limits<double>::infinity();
  if (!record.curve.empty()) run.seconds = record.curve.back().seconds;
  run.first_step = record.time.first_step_seconds;
  run.processor_share = record.processor_share;
  return run;
}

}  // namespace physgrad
