#pragma once
// A method made of parts: loss step, physics and network step, rule, search.
#include <memory>

#include "physgrad/update/joint_step.hpp"
#include "physgrad/update/loss_step.hpp"
#include "physgrad/update/network_step.hpp"
#include "physgrad/update/physics_step.hpp"
#include "physgrad/update/rule.hpp"
#include "physgrad/update/search.hpp"

namespace physgrad {

/// None of them null.
struct Pieces {
  std::unique_ptr<LossStep> loss;
  std::unique_ptr<JointStep> step;
  std::unique_ptr<Rule> rule;
  std::unique_ptr<Search> search;
  bool derivatives = true;  ///< whether any of them asks for derivatives of the simulator
};
[[nodiscard]] std::unique_ptr<Method> make_composed_method(Pieces pieces);

/// Physics and network one after the other.
[[nodiscard]] std::unique_ptr<JointStep> one_after_the_other(std::unique_ptr<PhysicsStep> physics,
                                                             std::unique_ptr<NetworkStep> network);

}  // namespace physgrad
