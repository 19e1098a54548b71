#include "durations.hpp"

#include <fmt/format.h>

#include <cmath>

namespace physgrad::driver {

std::string duration_text(double seconds) {
  if (std::isnan(seconds)) return "unknown";
  if (seconds < 100) return fmt::format("{:.3g} s", seconds);
  const auto minutes = static_cast<long>(std::ceil(seconds / 60));
  return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace physgrad::driver
