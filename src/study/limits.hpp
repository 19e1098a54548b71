#pragma once
// Seeds and limits of a run from their texts.
#include <cstdint>
#include <string>
#include <vector>

#include "physgrad/study/plan.hpp"

namespace physgrad {

/// "3" is 0, 1, 2; "0,1,5" and "4711," are lists. Throws UsageError.
[[nodiscard]] std::vector<std::uint64_t> parse_seeds(const std::string& text);

/// Why `jobs` cells at a time cannot compute on so many threads each, by a program that has threads or not and may use
/// `usable` processors; empty where they can. One thread is always right.
[[nodiscard]] std::string threads_obstacle(int threads, int jobs, bool has_threads, int usable);
/// The same of this program, where it runs.
[[nodiscard]] std::string threads_obstacle(int threads, int jobs);

/// What bounds every cell; the settings are left to the plan. Throws UsageError.
[[nodiscard]] Limits make_limits(const RunRequest& request);

}  // namespace physgrad
