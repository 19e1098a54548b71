#include "physgrad/study/live_cell.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/core/parallel.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/measure/memory.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/study/limits.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad {
namespace {

/// The limit holds for what the method allocates; program, data and evaluation get an allowance, and so do a further
/// thread's stack and the buffers of OpenBLAS for it and for a thread of its own.
void enforce_memory_limit([[maybe_unused]] double bytes, [[maybe_unused]] int threads) {
#if !defined(__SANITIZE_ADDRESS__)  // whose shadow memory counts as well
  constexpr double kAllowance = 512e6, kThread = 16e6 + 2 * 135e6;
  if (!std::isfinite(bytes) || bytes > 1e15) return;
  rlimit limits{};
  ::getrlimit(RLIMIT_DATA, &limits);
  const double allowed = bytes + kAllowance + kThread * (threads - 1);
  const auto limit = std::min(static_cast<rlim_t>(allowed), limits.rlim_cur);  // the caller's may be tighter
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
  options.threads = limits.threads;
  if (!std::isnan(limits.steps)) options.max_steps = static_cast<long>(limits.steps);
  if (!std::isnan(limits.budget_seconds)) options.budget_seconds = limits.budget_seconds;
  return options;
}

void check_threads(int threads) {
  if (const std::string why = threads_obstacle(threads, 1); !why.empty())
    throw UsageError(fmt::format("the cell's limits.threads cannot be {}: {}", threads, why));
}

/// Starts them before any clock runs. Throws where OpenMP does not give as many.
void start_threads(int threads) {
  int given = 1;
  parallel(threads, [&](const Member& member) {
    if (member.index == 0) given = member.count;
  });
  if (given != threads)
    throw std::runtime_error(fmt::format(
        "OpenMP gives {} of {} threads; OMP_THREAD_LIMIT and OMP_DYNAMIC may hold it to fewer", given, threads));
}

Environment environment_of(const CellSpec& spec) {
  Environment environment = describe_environment();
  environment.threads = spec.limits.threads;
  return environment;
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
  check_threads(spec.limits.threads);
  enforce_memory_limit(spec.limits.memory_bytes, spec.limits.threads);
  const ResolvedPair pair = pair_of(catalogue, spec);
  TrainOptions options = options_of(catalogue, spec);
  const double patience = std::fmin(kHeapPassSeconds, spec.limits.timeout_seconds);
  const auto peak = conditions.with_heap ? heap_peak(pair, options, counter, patience) : std::nullopt;
  start_threads(spec.limits.threads);  // after the copy was made, which would have this thread alone
  reset_peak_rss();
  CellRecord record;
  static_cast<CellSpec&>(record) =
      spec_of(catalogue, spec.key, spec.limits, pair);  // of this program, whoever planned it
  record.machine = spec.machine;
  line(run_line(record, environment_of(spec)));
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
