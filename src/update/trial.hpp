#pragma once
// A tried point: the same batch at theta + update, billed and rounded like every other evaluation.
#include <optional>

#include "physgrad/update/evaluation.hpp"
#include "physgrad/update/method.hpp"

namespace physgrad {

class Trial {
 public:
  /// `at` must outlive the trial. `with_derivatives` says that evaluation() will be asked for those of the simulator.
  Trial(Evaluation& at, bool with_derivatives) : at_(at), with_derivatives_(with_derivatives) {}
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  /// The batch's loss at theta + update [n], as training would move there; infinite where it is not finite.
  [[nodiscard]] double loss(const Vector& update);
  /// The batch at the point of the last loss().
  [[nodiscard]] Evaluation& evaluation() { return *moved_; }

  /// Bytes that a trial holds.
  [[nodiscard]] static double bytes(const MethodSizes& sizes, bool with_derivatives);

 private:
  Evaluation& at_;
  bool with_derivatives_;
  Vector there_;
  std::optional<Evaluation> moved_;
};

}  // namespace physgrad
