#include "physgrad/measure/processor_use.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>

#include "physgrad/core/numbers.hpp"

namespace physgrad {
namespace {

constexpr double kTolerance = 0.05;  // of the wall time
constexpr double kRounding = 1e-3;   // [s]

double seconds_of(const timespec& time) {
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Seconds stolen so far from every processor that this thread may run on; empty where the system does not tell.
std::vector<double> stolen_seconds() {
  constexpr int kSteal = 8;  // user nice system idle iowait irq softirq steal
  std::vector<double> result;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return result;
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    if (line.size() < 4 || line[3] == ' ') continue;  // the sum of all
    std::istringstream fields(line.substr(3));
    int processor = 0;
    double ticks = 0;
    fields >> processor;
    for (int field = 0; field < kSteal; ++field) fields >> ticks;
    if (!fields || processor >= CPU_SETSIZE || !CPU_ISSET(static_cast<std::size_t>(processor), &allowed)) continue;
    result.push_back(ticks / static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK))));
  }
  return result;
}

}  // namespace

ThreadUse thread_use() {
  ThreadUse result{kUnknown, kUnknown};
  timespec time{};
  if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0) result.processor_seconds = seconds_of(time);
  rusage usage{};
  if (::getrusage(RUSAGE_THREAD, &usage) == 0) result.preemptions = static_cast<double>(usage.ru_nivcsw);
  return result;
}

ThreadWaits thread_waits(const std::filesystem::path& tasks, const std::string& but) {
  ThreadWaits result;
  std::error_code error;
  for (std::filesystem::directory_iterator task(tasks, error), end; !error && task != end; task.increment(error)) {
    std::string name = task->path().filename();
    if (name == but) continue;
    std::ifstream file(task->path() / "schedstat");  // [ns] at a processor, [ns] waiting for one, times
    double at = 0, waited = 0;
    if (file >> at >> waited) result.emplace(std::move(name), 1e-9 * waited);
  }
  return result;
}

ThreadWaits waits_of_others() { return thread_waits("/proc/self/task", std::to_string(::gettid())); }

ThreadWaits waits_since(const ThreadWaits& before, const ThreadWaits& now) {
  ThreadWaits result = now;
  for (const auto& [thread, waited] : before)
    if (const auto found = result.find(thread); found != result.end()) found->second -= waited;
  return result;
}

double ProcessorUse::share() const {
  if (!(wall_seconds > 0)) return kUnknown;
  const double waited = waited_seconds > kRounding ? std::fmin(waited_seconds, wall_seconds) : 0;
  return std::fmin(1.0, std::fmin(processor_seconds, wall_seconds - waited) / wall_seconds);
}

bool ProcessorUse::disturbed() const {
  const double lost = wall_seconds - processor_seconds, allowed = kTolerance * wall_seconds;
  if (stolen_seconds > std::fmax(allowed, 2.0 / static_cast<double>(std::max(1L, ::sysconf(_SC_CLK_TCK))))) return true;
  if (waited_seconds > std::fmax(allowed, kRounding)) return true;
  if (!(lost > allowed)) return false;
  return lost > std::fmax(kRounding, 2 * resolution_seconds) || (preemptions > 0 && lost > 2 * resolution_seconds);
}

double computing_threads(double process_seconds, double thread_seconds) {
  const double others = process_seconds - thread_seconds;
  if (!(others > std::fmax(0.01, kTolerance * thread_seconds))) return 1;
  return thread_seconds > 0 ? 1 + std::ceil(others / thread_seconds - kTolerance) : 2;
}

ProcessorWatch::ProcessorWatch()
    : stolen_(stolen_seconds()), waits_(waits_of_others()), paused_{0, 0}, start_(thread_use()) {}

ProcessorWatch::Pause::~Pause() {
  for (const auto& [thread, waited] : waits_since(waits_before_, waits_of_others()))
    watch_.waits_paused_[thread] += waited;
  const ThreadUse after = thread_use();  // last: looking takes time
  watch_.paused_.processor_seconds += after.processor_seconds - before_.processor_seconds;
  watch_.paused_.preemptions += after.preemptions - before_.preemptions;
}

ProcessorUse ProcessorWatch::use(double wall_seconds) const {
  const ThreadUse now = thread_use();
  ProcessorUse result;
  result.wall_seconds = wall_seconds;
  result.processor_seconds = now.processor_seconds - start_.processor_seconds - paused_.processor_seconds;
  result.preemptions = now.preemptions - start_.preemptions - paused_.preemptions;
  const std::vector<double> stolen = stolen_seconds();
  if (stolen.size() == stolen_.size())
    for (std::size_t i = 0; i < stolen.size(); ++i)
      result.stolen_seconds = std::max(result.stolen_seconds, stolen[i] - stolen_[i]);
  for (const auto& [thread, waited] : waits_since(waits_paused_, waits_since(waits_, waits_of_others())))
    result.waited_seconds = std::max(result.waited_seconds, waited);
  timespec resolution{};
  if (::clock_getres(CLOCK_THREAD_CPUTIME_ID, &resolution) == 0) result.resolution_seconds = seconds_of(resolution);
  return result;
}

}  // namespace physgrad
