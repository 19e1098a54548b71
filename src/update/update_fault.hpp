#pragma once
// Whose fault a non-finite update is.
#include <string>

#include "physgrad/update/method.hpp"

namespace physgrad {

struct UpdateFault {
  /// True where the trajectory itself left the range of numbers; false where all that the update was computed from is
  /// finite, so that a decomposition is at fault and not the method.
  bool diverged = true;
  std::string reason;  ///< which quantity is not finite, or which kernel gave no answer
};

/// Why the update of a method at this evaluation is not finite. `derivatives`: it asks for those of the simulator.
[[nodiscard]] UpdateFault explain_non_finite(Evaluation& at, const StepReport& report, bool derivatives);

}  // namespace physgrad
