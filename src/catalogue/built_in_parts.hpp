#pragma once
#include "physgrad/update/part.hpp"

namespace physgrad {

/// The parts of the generated list (entries.hpp).
[[nodiscard]] const PartTable& built_in_parts();

}  // namespace physgrad
