#pragma once
// Cells side by side.
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace physgrad {

/// A line for people where other work leaves less than `wanted` processors free, else empty; empty with
/// PHYSGRAD_NO_LOAD_WARNING=1 in the environment.
[[nodiscard]] std::string load_line(int wanted);

/// Numbers of processors; none: any.
using Processors = std::vector<int>;

/// Those of worker 0, 1, .. where every worker keeps `each` of the usable ones; in a circle where there are too few.
[[nodiscard]] Processors processors_of(int worker, int each, const Processors& usable);

/// Calls work(i, processors) for i = 0 .. count - 1, in that order, on `workers` threads, each of which keeps `each` of
/// the processors that this program may use (one worker keeps to none, and runs here). Nothing new begins after an
/// interrupt. An exception ends the cells that are running and is thrown again here.
void run_side_by_side(int workers, int each, std::size_t count,
                      const std::function<void(std::size_t, const Processors&)>& work);

}  // namespace physgrad
