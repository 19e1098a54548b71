#pragma once
// Where and what a run is, before its first cell.
#include <string>
#include <vector>

#include "physgrad/study/plan.hpp"

namespace physgrad {

/// The header of a run that begins now, here, by this program.
[[nodiscard]] RunHeader run_header(const Plan& plan, const std::vector<std::string>& command);

}  // namespace physgrad
