#pragma once
// The whole of `run`, which `claims --run` does several times.
#include <string>
#include <vector>

#include "physgrad/study/request.hpp"

namespace physgrad::driver {

/// Plans, measures or continues, writes report and tables, prints the summary. Returns the exit code, 128 + the signal
/// after an interrupt.
int run_suite(const RunRequest& request, const std::vector<std::string>& command);

}  // namespace physgrad::driver
