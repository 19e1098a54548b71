#include "physgrad/measure/processor_load.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "physgrad/core/numbers.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kForever = std::numeric_limits<double>::infinity();

/// The numbers at a file's beginning, after `key` if there is one; NaN where they are words or missing.
template <std::size_t N>
std::array<double, N> numbers_in(const fs::path& path, const std::string& key = {}) {
  std::array<double, N> result{};
  result.fill(kUnknown);
  std::ifstream file(path);
  for (std::string word; !key.empty() && word != key;)
    if (!(file >> word)) return result;
  for (double& number : result)
    if (std::string word; file >> word && word != "max" && word != "-1") number = std::strtod(word.c_str(), nullptr);
  return result;
}

/// Of one group's folder, infinite where it has none.
double quota_of(const fs::path& group) {
  const auto [quota, period] = numbers_in<2>(group / "cpu.max");
  if (quota > 0 && period > 0) return quota / period;
  const double old_quota = numbers_in<1>(group / "cpu.cfs_quota_us")[0];
  const double old_period = numbers_in<1>(group / "cpu.cfs_period_us")[0];
  return old_quota > 0 && old_period > 0 ? old_quota / old_period : kForever;
}

/// Processor seconds that a group has used; NaN where it does not tell.
double seconds_used(const fs::path& group) {
  const double now = 1e-6 * numbers_in<1>(group / "cpu.stat", "usage_usec")[0];
  return std::isnan(now) ? 1e-9 * numbers_in<1>(group / "cpuacct.usage")[0] : now;
}

/// Threads of the machine that run or wait for a processor, this one not counted: the median of a few looks, so that
/// what only wakes up for a moment does not count.
double running_threads() {
  std::array<double, 5> looks{};
  for (double& look : looks) {
    std::ifstream file("/proc/loadavg");
    double average = 0, running = 1;
    file >> average >> average >> average >> running;  // then "/all"
    look = file ? running - 1 : 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::ranges::sort(looks);
  return std::fmax(0.0, looks[looks.size() / 2]);
}

struct Ticks {
  double idle = 0, all = 0;
};

/// Of every processor that may be used.
std::map<int, Ticks> processor_ticks() {
  const std::vector<int> allowed = allowed_processors();
  std::map<int, Ticks> result;
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    if (line.size() < 4 || line[3] == ' ') continue;  // the sum of all
    std::istringstream fields(line.substr(3));
    int processor = 0;
    fields >> processor;
    if (!fields || (!allowed.empty() && !std::ranges::binary_search(allowed, processor))) continue;
    double ticks = 0;
    for (int field = 0; field < 8 && fields >> ticks; ++field) {  // user nice system idle iowait irq softirq steal
      result[processor].all += ticks;
      if (field == 3 || field == 4) result[processor].idle += ticks;
    }
  }
  return result;
}

/// Over the next moment: the idle share of each, added up; no more than the quota's part that the group leaves.
double idle_processors(const ProcessorQuota& quota) {
  const auto start = Clock::now();
  const auto before = processor_ticks();
  const double used_before = seconds_used(quota.group);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const double used = seconds_used(quota.group) - used_before;
  const double passed = std::chrono::duration<double>(Clock::now() - start).count();
  double idle = 0, all = 0;
  for (const auto& [processor, now] : processor_ticks()) {
    if (!before.contains(processor)) continue;
    const double ticks = now.all - before.at(processor).all;
    idle += ticks > 0 ? (now.idle - before.at(processor).idle) / ticks : 1;
    all += ticks;
  }
  if (!(all > 0)) return kUnknown;  // not a system that counts
  return std::isnan(used) || quota.group.empty() ? idle
                                                 : std::fmin(idle, std::fmax(0, quota.processors - used / passed));
}

}  // namespace

ProcessorQuota processor_quota(const fs::path& proc, const fs::path& cgroups) {
  ProcessorQuota result;
  std::ifstream file(proc / "self" / "cgroup");
  for (std::string line; std::getline(file, line);) {  // "0::/path" or "4:cpu,cpuacct:/path"
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    if (!controllers.empty() && ("," + controllers + ",").find(",cpu,") == std::string::npos) continue;
    const fs::path root = controllers.empty() ? cgroups : cgroups / controllers;
    fs::path group = (root / fs::path(line.substr(second + 1)).relative_path()).lexically_normal();
    // In a container the path may be the host's: then the folders up to the root are what there is.
    for (;; group = group.parent_path()) {
      if (const double quota = quota_of(group); quota < result.processors) result = {quota, group};
      if (group == root || group == group.parent_path()) break;
    }
  }
  return result;
}

std::vector<int> allowed_processors() {
  std::vector<int> result;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return result;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor)
    if (CPU_ISSET(static_cast<std::size_t>(processor), &set)) result.push_back(processor);
  return result;
}

int usable_processors() {
  const auto allowed = static_cast<long>(allowed_processors().size());
  return static_cast<int>(std::max(1L, allowed > 0 ? allowed : ::sysconf(_SC_NPROCESSORS_ONLN)));
}

ProcessorLoad processor_load(int wanted) {
  const ProcessorQuota quota = processor_quota();
  ProcessorLoad load;
  load.usable = std::fmin(usable_processors(), quota.processors);
  load.running = running_threads();
  if (load.running + wanted > load.usable) load.idle = idle_processors(quota);
  return load;
}

std::string load_warning(const ProcessorLoad& load, int wanted) {
  constexpr double kRounding = 0.5;  // a processor that is half free may be one that is free, seen through ticks
  if (load.running + wanted <= load.usable) return {};
  const double free = std::isnan(load.idle) ? load.usable : std::fmin(load.idle, load.usable);
  if (load.usable >= wanted && free > wanted - kRounding) return {};
  return fmt::format("{:.1f} of {:.3g} usable processors are free and the cells take {}: their times will be disturbed",
                     free, load.usable, wanted);
}

}  // namespace physgrad
