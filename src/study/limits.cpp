#include "physgrad/study/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/core/parallel.hpp"
#include "physgrad/measure/processor_load.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kMostSeeds = 10000;
constexpr int kMostJobs = 256;

double parse_bytes(const std::string& text) {
  const std::string units = "KMG";
  const std::size_t unit = text.empty() ? std::string::npos : units.find(text.back());
  const std::string_view digits = std::string_view(text).substr(0, text.size() - (unit == std::string::npos ? 0 : 1));
  const double number = read_number(digits).value_or(0);
  const double bytes = unit == std::string::npos ? number : number * std::pow(1024.0, 1.0 + static_cast<double>(unit));
  if (!(bytes >= 1) || !std::isfinite(bytes))
    throw UsageError(fmt::format(
        "--memory-limit cannot be '{}'; expected bytes, at least 1, with K, M or G, e.g. 4G or 1.5e9", text));
  return bytes;
}

double positive(const char* option, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw UsageError(fmt::format("{} cannot be {}; expected a number above 0", option, value));
  return value;
}

int up_to(const char* option, long value, int most) {
  if (value < 1 || value > most)
    throw UsageError(fmt::format("{} cannot be {}; expected 1 to {}", option, value, most));
  return static_cast<int>(value);
}

}  // namespace

std::vector<std::uint64_t> parse_seeds(const std::string& text) {
  std::vector<std::uint64_t> seeds;
  const auto wrong = [&] {
    return UsageError(fmt::format(
        "--seeds cannot be '{}'; expected how many (3) or a list (0,1,5), at most {}, of whole numbers up to "
        "{}",
        text, kMostSeeds, std::numeric_limits<std::uint64_t>::max()));
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::optional<std::uint64_t> seed = read_whole(std::string_view(text).substr(at, end - at));
    if (!seed) throw wrong();
    if (std::ranges::find(seeds, *seed) != seeds.end()) throw UsageError(fmt::format("--seeds names {} twice", *seed));
    seeds.push_back(*seed);
    at = end + 1;
    if (seeds.size() > kMostSeeds) throw wrong();
  }
  if (seeds.empty()) throw wrong();
  if (text.find(',') != std::string::npos) return seeds;
  const std::uint64_t count = seeds.front();
  if (count < 1 || count > kMostSeeds) throw wrong();
  seeds.clear();
  for (std::uint64_t seed = 0; seed < count; ++seed) seeds.push_back(seed);
  return seeds;
}

std::string threads_obstacle(int threads, int jobs, bool has_threads, int usable) {
  if (threads == 1) return {};
  if (!has_threads) return "this program was built without OpenMP and computes on 1 thread";
  if (threads * jobs <= usable) return {};
  return fmt::format("{}it takes {} processors, and {} may be used",
                     jobs > 1 ? fmt::format("with --jobs {} ", jobs) : "", threads * jobs, usable);
}

std::string threads_obstacle(int threads, int jobs) {
  const double whole = std::fmax(1, std::floor(processor_quota().processors));  // of the control group
  return threads_obstacle(threads, jobs, has_threads(), static_cast<int>(std::fmin(usable_processors(), whole)));
}

Limits make_limits(const RunRequest& request) {
  Limits limits;
  if (request.budget) limits.budget_seconds = positive("--budget", *request.budget);
  if (request.steps) limits.steps = positive("--steps", static_cast<double>(*request.steps));
  if (request.timeout) limits.timeout_seconds = positive("--timeout", *request.timeout);
  limits.memory_bytes = parse_bytes(request.memory_limit.empty() ? "4G" : request.memory_limit);
  limits.target_stop = request.target_stop.value_or(false);
  limits.threads = up_to("--threads", request.threads.value_or(1), kMostThreads);
  (void)up_to("--jobs", request.jobs.value_or(1), kMostJobs);
  return limits;
}

}  // namespace physgrad
