// dx = J_P^T dy.
#include "physgrad/update/part.hpp"

namespace physgrad::parts {
namespace {

class AdjointPhysics final : public PhysicsStep {
 public:
  void step(Evaluation& at, Matrix& dy, Matrix& dx, StepReport& /*report*/) override { at.physics_vjp(dy, dx); }
  [[nodiscard]] double predicted_bytes(const MethodSizes& /*sizes*/) const override { return 0; }
};

}  // namespace

PartDefinition physics_adjoint() {
  return {.summary = "the simulator's adjoint: of the loss's gradient the gradient in x",
          .citation = "Linnainmaa 1970; Griewank & Walther, Evaluating Derivatives, SIAM 2008",
          .needs = {"gradient"},
          .without = {{Place::loss, "gradient", "convention"}},  // the gradient itself has no other
          .make = [](const Settings&) { return std::make_unique<AdjointPhysics>(); }};
}

}  // namespace physgrad::parts
