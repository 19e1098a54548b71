// The hidden verb `cell`: what the driver starts anew for every cell.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <memory>
#include <new>
#include <sstream>

#include "../heap_count.hpp"
#include "cell_exit.hpp"
#include "cell_identity.hpp"
#include "cell_process.hpp"
#include "number_options.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/measure/memory.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/train/trainer.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

constexpr long kHeapPassSteps = 3;

void write_line(std::string text) {
  text += '\n';
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ::_exit(0);  // nobody is reading any more
    done += static_cast<std::size_t>(count);
  }
}

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

std::vector<SettingOverride> overrides_of(const CellJob& job) {
  std::vector<SettingOverride> overrides;
  if (job.published) overrides = published_overrides(job.key.problem);
  for (const std::string& text : job.sets) overrides.push_back(parse_override(text));
  for (const std::string& sweep : {job.key.problem_sweep, job.key.method_sweep})
    std::ranges::move(parse_swept(sweep), std::back_inserter(overrides));
  return overrides;
}

TrainOptions options_of(const CellJob& job) {
  TrainOptions options;
  options.seed = job.key.seed;
  options.memory_limit_bytes = job.memory_bytes;
  if (!std::isnan(job.steps)) options.max_steps = static_cast<long>(job.steps);
  options.budget_seconds = std::isnan(job.budget_seconds) ? options.budget_seconds : job.budget_seconds;
  options.targets = problem_facts(job.key.problem).targets;
  options.stop_at_last_target = job.target_stop;
  return options;
}

/// What is known of the cell before its first step.
CellRecord before_training(const CellJob& job, const ResolvedPair& pair) {
  CellRecord record = identified(
      job.key, {job.budget_seconds, job.steps, job.timeout_seconds, job.memory_bytes, job.target_stop}, pair);
  record.machine = job.machine;
  return record;
}

/// A few steps without evaluation: what is alive at most, beyond what was alive before the first step.
void count_heap(const CellJob& job) {
  ResolvedPair pair = resolve_pair(job.key.problem, job.key.method, overrides_of(job));
  TrainOptions options = options_of(job);
  bench::HeapCount count;
  options.max_steps = std::min(options.max_steps, kHeapPassSteps);
  options.evaluate = false;
  options.before_first_step = [](const PhaseClock& clock) { bench::start_heap_count(&clock.heap_use()); };
  options.after_last_step = [&count](const PhaseClock&) { count = bench::stop_heap_count(); };
  (void)train(pair.problem, *pair.method, options, {});
  write_line(fmt::format("{} {}", count.peak_bytes, fmt::join(count.peak_by_use, " ")));
}

/// What count_heap() wrote; nothing where it could not.
void read_heap(const std::string& text, MemoryRecord& memory) {
  std::istringstream numbers(text);
  double peak = kAbsent;
  std::array<double, kHeapUses> by_use{};
  numbers >> peak;
  for (double& bytes : by_use) numbers >> bytes;
  if (!numbers || !(peak >= 0)) return;
  memory.peak_heap_bytes = peak;
  memory.heap_by_use = by_use;
}

void train_cell(const CellJob& job) {
  reset_peak_rss();
  ResolvedPair pair = resolve_pair(job.key.problem, job.key.method, overrides_of(job));
  CellRecord record = before_training(job, pair);
  write_line(run_line(record, describe_environment()));
  record = train(
      pair.problem, *pair.method, options_of(job), [](const CurvePoint& point) { write_line(step_line(point)); },
      std::move(record));
  if (const std::size_t peak = peak_rss_bytes(); peak > 0) record.memory.peak_rss_bytes = static_cast<double>(peak);
  read_heap(job.heap, record.memory);
  record.timing_valid = !job.beside;
  write_line(end_line(record));
}

}  // namespace

int live_cell(const CellJob& job) {
  enforce_memory_limit(job.memory_bytes);
  try {
    job.heap_pass ? count_heap(job) : train_cell(job);
  } catch (const std::bad_alloc& error) {
    const std::string_view reason = error.what();  // there may be no memory to make a text in
    if (reason != std::bad_alloc().what() && reason.size() < 200) {
      char line[202] = "!";
      reason.copy(line + 1, reason.size());
      line[reason.size() + 1] = '\n';
      (void)!::write(STDOUT_FILENO, line, reason.size() + 2);
    }
    return kOutOfMemory;
  } catch (const std::exception& error) {
    write_line(fmt::format("!{}", error.what()));
    return kWorkFailed;
  }
  return 0;
}

void add_cell(CLI::App& app, int& exit_code) {
  CLI::App* verb = app.add_subcommand("cell", "One cell; started by run and tune, not by people")->group("");
  const auto job = std::make_shared<CellJob>(
      CellJob{{}, {}, kAbsent, kAbsent, std::numeric_limits<double>::infinity(), false, false, false, {}, false, -1});
  verb->add_option("--problem", job->key.problem)->required();
  verb->add_option("--method", job->key.method)->required();
  add_whole(*verb, "--seed", job->key.seed, 0, std::numeric_limits<std::uint64_t>::max(), "")->required();
  verb->add_option("--problem-sweep", job->key.problem_sweep);
  verb->add_option("--method-sweep", job->key.method_sweep);
  verb->add_option("--set", job->sets)->take_all()->allow_extra_args(false);
  add_positive(*verb, "--budget", job->budget_seconds, "");
  add_whole(*verb, "--steps", job->steps, 1, kLargestExact, "");
  add_positive(*verb, "--memory", job->memory_bytes, "");
  add_positive(*verb, "--timeout", job->timeout_seconds, "");
  add_whole(*verb, "--machine", job->machine, 0, 1e6, "");
  verb->add_option("--heap", job->heap);
  verb->add_flag("--target-stop", job->target_stop);
  verb->add_flag("--published", job->published);
  verb->add_flag("--heap-pass", job->heap_pass);
  verb->add_flag("--beside", job->beside);
  verb->callback([job, &exit_code] { exit_code = live_cell(*job); });
}

}  // namespace physgrad::driver
