#pragma once
// A problem whose simulator, and inverse, take the samples of a batch on several threads.
#include "physgrad/core/problem.hpp"

namespace physgrad {

/// The samples of a batch in one piece for each thread, cut at multiples of what vector registers hold. A sample's
/// state and products are those of the simulator alone, to round-off where it multiplies matrices. With one thread the
/// problem itself. An inverse's samples are each other's too: InverseSimulator knows no batch.
[[nodiscard]] Problem threaded(Problem problem, int threads);

}  // namespace physgrad
