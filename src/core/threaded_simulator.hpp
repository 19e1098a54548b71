#pragma once
// A problem whose simulator, and inverse, take the samples of a batch on several threads.
#include "physgrad/core/problem.hpp"

namespace physgrad {

/// Some 30 microseconds of one thread, ten times what it takes to share them.
inline constexpr double kOperationsWorthThreads = 3e5;

/// The samples of a batch in one piece for each thread, cut at multiples of what vector registers hold. A sample's
/// state and products are those of the simulator alone, to round-off where it multiplies matrices. With one thread the
/// problem itself. An inverse's samples know nothing of each other, either. A simulation of fewer operations than
/// `worth_it`, of the whole batch, stays on one thread. Throws std::invalid_argument for less than 1 thread.
[[nodiscard]] Problem threaded(Problem problem, int threads, double worth_it = kOperationsWorthThreads);

}  // namespace physgrad
