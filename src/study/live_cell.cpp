#include "physgrad/study/live_cell.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/measure/memory.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad {
namespace {

/// The limit holds for what the method allocates; program, data and evaluation get an allowance.
void enforce_memory_limit([[maybe_unused]] double bytes) {
#if !defined(__SANITIZE_ADDRESS__)  // whose shadow memory counts as well
  constexpr double kAllowance = 512e6;
  if (!std::isfinite(bytes) || bytes > 1e15) return;
  rlimit limits{};
  ::getrlimit(RLIMIT_DATA, &limits);
  const auto limit = std::min(static_cast<rlim_t>(bytes + kAllowance), limits.rlim_cur);  // the caller's may be tighter
  limits = {limit, limit};
  ::setrlimit(RLIMIT_DATA, &limits);
#endif
}

TrainOptions options_of(const Catalogue& catalogue, const CellSpec& spec) {
  const CellLimits& limits = spec.limits;
  TrainOptions options;
  options.seed = spec.key.seed;
  options.targets = problem_file(catalogue, spec.key.problem).targets;
  options.stop_at_last_target = limits.target_stop;
  if (!std::isnan(limits.memory_bytes)) options.memory_limit_bytes = limits.memory_bytes;
  if (!std::isnan(limits.steps)) options.max_steps = static_cast<long>(limits.steps);
  if (!std::isnan(limits.budget_seconds)) options.budget_seconds = limits.budget_seconds;
  return options;
}

Weights weights_of(const Problem& problem, const Vector& theta, const CellRecord& trained) {
  return {trained,
          trained.trajectory_hash,
          trained.steps,
          problem.network->description(),
          {theta.data(), theta.data() + theta.size()}};
}

}  // namespace

void live_cell(const Catalogue& catalogue, const CellSpec& spec, const CellConditions& conditions,
               const HeapCounter& counter, const std::function<void(const std::string&)>& line) {
  if (std::isnan(spec.limits.steps) && std::isnan(spec.limits.budget_seconds))
    throw UsageError("the cell's limits bound neither steps nor budget_seconds; it would never end");
  enforce_memory_limit(spec.limits.memory_bytes);
  const ResolvedPair pair = pair_of(catalogue, spec);
  TrainOptions options = options_of(catalogue, spec);
  const double patience = std::fmin(kHeapPassSeconds, spec.limits.timeout_seconds);
  const auto peak = conditions.with_heap ? heap_peak(pair, options, counter, patience) : std::nullopt;
  reset_peak_rss();
  CellRecord record;
  static_cast<CellSpec&>(record) =
      spec_of(catalogue, spec.key, spec.limits, pair);  // of this program, whoever planned it
  record.machine = spec.machine;
  line(run_line(record, describe_environment()));
  std::size_t rss = 0;  // before the weights' own line takes memory
  options.at_end = [&](const Vector& theta, const CellRecord& trained) {
    rss = peak_rss_bytes();
    if (conditions.save_weights) line(weights_line(weights_of(pair.problem, theta, trained)));
  };
  record = train(
      pair.problem, *pair.method, options, [&](const CurvePoint& point) { line(step_line(point)); }, std::move(record));
  if (rss == 0) rss = peak_rss_bytes();
  if (rss > 0) record.memory.peak_rss_bytes = static_cast<double>(rss);
  if (peak) {
    record.memory.peak_heap_bytes = peak->bytes;
    record.memory.heap_by_use = peak->by_use;
  }
  record.timing_valid = !conditions.beside;
  line(end_line(record));
}

}  // namespace physgrad
