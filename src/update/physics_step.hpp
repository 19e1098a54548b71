#pragma once
// The second place of a composition: from a wished change of the state, dy, to a change of the control, dx.
#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

class PhysicsStep {
 public:
  virtual ~PhysicsStep() = default;
  /// dy [dy x B] -> dx [dx x B], which keeps its memory from call to call. May overwrite dy. Every column of dx is
  /// finite where x and dy are. A step whose dx is more than a gradient reports it.
  virtual void step(Evaluation& at, Matrix& dy, Matrix& dx, StepReport& report) = 0;
  /// Bytes that it holds at most at once beyond an evaluation, dy and dx.
  [[nodiscard]] virtual double predicted_bytes(const MethodSizes& sizes) const = 0;
  /// Of these, what the evaluation keeps when the step is done.
  [[nodiscard]] virtual double kept_bytes(const MethodSizes& /*sizes*/) const { return 0; }
};

}  // namespace physgrad
