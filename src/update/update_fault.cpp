#include "physgrad/update/update_fault.hpp"

#include <fmt/format.h>

namespace physgrad {
namespace {

/// The first quantity on the way from theta to the update that is not finite; empty where all are.
std::string non_finite_quantity(Evaluation& at, bool derivatives) {
  if (!at.control().allFinite()) return "the control x";
  if (!at.state().allFinite()) return "the state y";
  if (!at.loss_gradient().allFinite()) return "the loss gradient dL/dy";
  if (!derivatives) return {};
  if (at.has_control_adjoints() && !at.control_adjoints().allFinite()) return "the control Jacobian dy/dx";
  if (!at.gradient().allFinite()) return "the gradient dL/dtheta";
  return {};
}

}  // namespace

UpdateFault explain_non_finite(Evaluation& at, const StepReport& report, bool derivatives) {
  if (const std::string quantity = non_finite_quantity(at, derivatives); !quantity.empty())
    return {true, quantity + " is not finite"};
  if (!report.kernel_failure.empty())
    return {false, fmt::format("kernel {}: {}, though Jacobian and loss step are finite", report.kernel,
                               report.kernel_failure)};
  if (report.physics_step.size() > 0 && !report.physics_step.allFinite())
    return {false, "the physics step dx is not finite, though state and loss gradient are"};
  return {true, "what it was computed from is finite: the step left the range of numbers"};
}

}  // namespace physgrad
