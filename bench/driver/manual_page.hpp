#pragma once
// The manual page of a program, in man(7).
#include <string>

#include "description.hpp"

namespace physgrad::driver {

/// Section 1: every verb with its options, notes and examples, as the help has them.
[[nodiscard]] std::string manual_page(const ProgramDescription& program);

}  // namespace physgrad::driver
