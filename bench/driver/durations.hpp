#pragma once
// Durations for people.
#include <string>

namespace physgrad::driver {

/// "1.5 s", "12 min", "3 h 05 min"; "unknown" where it is NaN.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace physgrad::driver
