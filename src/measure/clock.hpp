#pragma once
// One clock for everything: every second of a run is billed to exactly one phase, so the phases add up to the wall
// time.
#include <array>
#include <chrono>
#include <cstddef>

namespace physgrad {

enum class Phase { data, network, simulate, derivative, inverse, linear_algebra, update, evaluation, other };
inline constexpr std::size_t kPhases = 9;
[[nodiscard]] const char* to_text(Phase phase);

/// Seconds by phase. Exactly one phase is current; switching bills the time since the last switch to the old one.
class PhaseClock {
 public:
  PhaseClock() : since_(Clock::now()) {}

  /// Makes `phase` current and returns the one it replaced.
  Phase enter(Phase phase);
  /// Seconds billed to `phase` so far, the running stretch included.
  [[nodiscard]] double seconds(Phase phase) const;
  /// All phases together: the wall time since construction.
  [[nodiscard]] double total() const;
  /// The training time, which is what budgets and curves count: everything but evaluation.
  [[nodiscard]] double training() const { return total() - seconds(Phase::evaluation); }

 private:
  using Clock = std::chrono::steady_clock;
  std::array<double, kPhases> seconds_{};
  Phase current_ = Phase::other;
  Clock::time_point since_;
};

/// Bills its lifetime to a phase; nested scopes bill their own time to theirs.
class PhaseScope {
 public:
  PhaseScope(PhaseClock& clock, Phase phase) : clock_(clock), before_(clock.enter(phase)) {}
  ~PhaseScope() { clock_.enter(before_); }
  PhaseScope(const PhaseScope&) = delete;
  PhaseScope& operator=(const PhaseScope&) = delete;

 private:
  PhaseClock& clock_;
  Phase before_;
};

/// Processor seconds of this process (user and system).
[[nodiscard]] double cpu_seconds();

}  // namespace physgrad
