#pragma once
// Backtracking on the batch's own loss.
#include "physgrad/update/trial.hpp"

namespace physgrad {

/// The first length l of first, first / 2, ..., `trials` of them, with L(theta + l d) <= L(theta) + 1e-4 l g.d (Armijo
/// 1966, with the customary constant).
class Backtracking {
 public:
  explicit Backtracking(long trials) : trials_(trials) {}
  /// Whether the loss after a step of `slope` g.(l d) has decreased enough.
  [[nodiscard]] static bool enough(double loss, double before, double slope) {
    return loss <= before + 1e-4 * slope;  // NaN fails
  }
  /// l d into `out`, and true; 0 and false where no length does. `before` is L(theta), `slope` g.d. The trial is left
  /// at the last point tried.
  bool descend(Trial& trial, double before, const Vector& direction, double slope, double first, Vector& out) const;

 private:
  long trials_;
};

/// `trials`, the most lengths tried a step.
[[nodiscard]] SettingSpec backtracking_trials_setting();

}  // namespace physgrad
