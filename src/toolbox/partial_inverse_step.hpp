#pragma once
// What steps with a partial inverse of a batch's Jacobian share: their settings, what a result reports, and memory.
#include <vector>

#include "physgrad/linalg/partial_inverse.hpp"
#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

[[nodiscard]] std::vector<SettingSpec> partial_inverse_settings();
/// Throws UsageError for a kernel that cannot work in the asked precision.
[[nodiscard]] PartialInverseOptions partial_inverse_options(const Settings& settings);
void report_partial_inverse(Evaluation& at, PartialInverseResult& result, StepReport& report);
/// Bytes of the factors that a batch's Jacobian, of states or of controls alone, is made of and, for states, of the
/// control Jacobians.
[[nodiscard]] double joint_jacobian_bytes(const MethodSizes& sizes, bool with_physics);
/// Bytes of all that a partial inverse of that Jacobian takes with the kernel that options.kernel names or `auto` would
/// try first within options.memory_limit_bytes.
[[nodiscard]] double predicted_inverse_bytes(const PartialInverseOptions& options, const MethodSizes& sizes,
                                             bool with_physics);
/// The options with what a kernel may hold where the step has `limits`: the rest is for what the Jacobian is made of.
[[nodiscard]] PartialInverseOptions within(PartialInverseOptions options, const StepLimits& limits,
                                           const MethodSizes& sizes, bool with_physics);

}  // namespace physgrad
