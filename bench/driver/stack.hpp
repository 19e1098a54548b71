#pragma once
// A stack that the work fits on, whatever `ulimit -s` allows.
#include <functional>

namespace physgrad::driver {

/// Runs `work` with at least as much stack as systems usually give, and lets threads that begin later have as much.
/// Where the limit cannot be raised, `work` gets a thread of its own. Throws std::runtime_error where that cannot
/// begin.
[[nodiscard]] int with_enough_stack(const std::function<int()>& work);

}  // namespace physgrad::driver
