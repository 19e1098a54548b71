#pragma once
// Cells side by side.
#include <cstddef>
#include <functional>

namespace physgrad::driver {

/// One line on standard error where other work leaves less than `workers` processors free. It is no progress that
/// --quiet would silence; PHYSGRAD_NO_LOAD_WARNING=1 in the environment does.
void warn_of_load(int workers);

/// Calls work(i, processor) for i = 0 .. count - 1, in that order, on `workers` threads, each of which keeps one of the
/// processors that this program may use (-1 with one worker, which runs here). Nothing new begins after an interrupt.
/// An exception ends the cells that are running and is thrown again here.
void run_side_by_side(int workers, std::size_t count, const std::function<void(std::size_t, int)>& work);

}  // namespace physgrad::driver
