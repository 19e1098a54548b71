#pragma once
// Physics and network as one step: from a wished change of the state, dy, to a direction in theta that rules can take
// for a gradient.
#include <memory>

#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

/// A step with a damping, at one evaluation, for every damping that a search asks for.
class DampedSystem {
 public:
  virtual ~DampedSystem() = default;
  /// The direction [n] with this damping; false where there is none in double precision.
  virtual bool solve(double damping, Vector& gradient, StepReport& report) = 0;
  /// The share of a squared loss that the linear model says is gone when theta moves by -rate times what solve() gave
  /// last; dy was the full step to the target.
  [[nodiscard]] virtual double promised_share(double rate) const = 0;
};

class JointStep {
 public:
  virtual ~JointStep() = default;
  /// dy [dy x B] -> `gradient` [n], to be followed downwards. May overwrite dy.
  virtual void step(Evaluation& at, const StepLimits& limits, Matrix& dy, Vector& gradient, StepReport& report) = 0;
  /// Bytes that it holds at most at once beyond an evaluation, dy and the gradient.
  [[nodiscard]] virtual double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const = 0;
  /// The same step for a search of its damping; null where it has none. `at` and `dy` outlive the result.
  virtual std::unique_ptr<DampedSystem> damped(Evaluation& /*at*/, const Matrix& /*dy*/) { return nullptr; }
};

}  // namespace physgrad
