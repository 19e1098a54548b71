#pragma once
// The third place of a composition: from a wished change of the control, dx, to a direction in theta that rules can
// take for a gradient.
#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

class NetworkStep {
 public:
  virtual ~NetworkStep() = default;
  /// dx [dx x B] -> `gradient` [n], to be followed downwards. May overwrite dx.
  virtual void step(Evaluation& at, const StepLimits& limits, Matrix& dx, Vector& gradient, StepReport& report) = 0;
  [[nodiscard]] virtual double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const = 0;
};

}  // namespace physgrad
