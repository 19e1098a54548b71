#pragma once
// `run --dry-run`.
#include "physgrad/study/run.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

/// Prints the plan with its memory and time. Returns the exit code.
int print_forecast(const Plan& plan, const RunOptions& options, const Call& call);

}  // namespace physgrad::driver
