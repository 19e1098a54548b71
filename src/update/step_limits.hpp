#pragma once
// What one update may use. An argument of everything that has a choice, which chooses within it.
#include <limits>

namespace physgrad {

struct StepLimits {
  double host_bytes = std::numeric_limits<double>::infinity();    ///< held at once, beyond evaluation_bytes()
  double device_bytes = std::numeric_limits<double>::infinity();  ///< the same on a device; nothing computes on one yet
  int threads = 1;                                                ///< that a step may compute on

  /// What is left beside `bytes` that somebody else holds; negative where that is more than the limit.
  [[nodiscard]] StepLimits beside(double bytes) const {
    return {.host_bytes = host_bytes - bytes, .device_bytes = device_bytes, .threads = threads};
  }
};

}  // namespace physgrad
