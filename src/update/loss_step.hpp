#pragma once
// The first place of a composition: how the state should change.
#include "physgrad/update/evaluation.hpp"

namespace physgrad {

class LossStep {
 public:
  virtual ~LossStep() = default;
  /// The wished change dy [dy x B] of the state, which keeps its memory from call to call.
  virtual void step(Evaluation& at, Matrix& dy) = 0;
};

}  // namespace physgrad
