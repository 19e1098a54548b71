#pragma once
// The whole of `run`, which `claims --run` does several times.
#include "physgrad/study/request.hpp"
#include "physgrad/study/run.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

/// What the request says of tables, shard and cells to measure again.
[[nodiscard]] RunOptions run_options_of(const RunRequest& request);

/// Plans, measures or continues, writes report and tables, prints the summary. Returns the exit code, 128 + the signal
/// after an interrupt.
int run_suite(const RunRequest& request, const Call& call);

}  // namespace physgrad::driver
