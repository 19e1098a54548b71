#pragma once
// Cells side by side.
#include <cstddef>
#include <functional>
#include <string>

namespace physgrad {

/// A line for people where other work leaves less than `workers` processors free, else empty; empty with
/// PHYSGRAD_NO_LOAD_WARNING=1 in the environment.
[[nodiscard]] std::string load_line(int workers);

/// Calls work(i, processor) for i = 0 .. count - 1, in that order, on `workers` threads, each of which keeps one of the
/// processors that this program may use (-1 with one worker, which runs here). Nothing new begins after an interrupt.
/// An exception ends the cells that are running and is thrown again here.
void run_side_by_side(int workers, std::size_t count, const std::function<void(std::size_t, int)>& work);

}  // namespace physgrad
