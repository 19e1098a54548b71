#pragma once
// The network step of the toolbox: from a wished change of the control, dx, to a direction in theta that rules can take
// for a gradient.
#include "physgrad/linalg/partial_inverse.hpp"
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

/// adjoint: -J_f^T dx, the gradient of the proxy loss 1/2 |x - (x + dx)|^2 with a constant target, summed over the
/// batch.
class AdjointNetwork final : public NetworkStep {
 public:
  void step(Evaluation& at, const StepLimits& limits, Matrix& dx, Vector& gradient, StepReport& report) override;
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override;
};

/// half-inverse: -J_f^{-kappa} dx of the network's Jacobian over the whole batch, [dx*B x n].
class HalfInverseNetwork final : public NetworkStep {
 public:
  explicit HalfInverseNetwork(PartialInverseOptions options) : options_(std::move(options)) {}
  void step(Evaluation& at, const StepLimits& limits, Matrix& dx, Vector& gradient, StepReport& report) override;
  [[nodiscard]] double predicted_bytes(const MethodSizes& sizes, const StepLimits& limits) const override;

 private:
  PartialInverseOptions options_;
};

/// What compositions with a partial inverse of a batch's Jacobian share: their settings, and what a result reports.
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
