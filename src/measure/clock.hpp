#pragma once
// One clock for everything: every second of a run is billed to exactly one phase, so the phases add up to the wall
// time.
#include <array>
#include <chrono>
#include <cstddef>

#include "physgrad/measure/heap_use.hpp"

namespace physgrad {

enum class Phase { data, network, simulate, derivative, inverse, linear_algebra, update, evaluation, other };
inline constexpr std::size_t kPhases = 9;
[[nodiscard]] const char* to_text(Phase phase);

/// Seconds by phase. Exactly one phase is current; switching bills the time since the last switch to the old one.
class PhaseClock {
 public:
  PhaseClock() : since_(Clock::now()), start_(since_) {}

  /// Makes `phase` current and returns the one it replaced.
  Phase enter(Phase phase);
  /// Seconds billed to `phase` so far, the running stretch included.
  [[nodiscard]] double seconds(Phase phase) const;
  /// All phases together.
  [[nodiscard]] double total() const;
  /// The wall time since construction, by a reading of its own: what the phases have to add up to.
  [[nodiscard]] double wall() const;
  /// The training time, which is what budgets and curves count: everything but evaluation.
  [[nodiscard]] double training() const { return total() - seconds(Phase::evaluation); }

  /// What memory is being allocated for: that of the current phase, unless a HeapUseScope says otherwise. The reference
  /// stays valid as long as the clock lives, also when another clock is assigned to it.
  [[nodiscard]] const HeapUse& heap_use() const { return use_; }

 private:
  friend class HeapUseScope;
  using Clock = std::chrono::steady_clock;
  std::array<double, kPhases> seconds_{};
  Phase current_ = Phase::other;
  HeapUse use_ = HeapUse::other;
  Clock::time_point since_, start_;
};

/// Memory allocated in its lifetime is for `use`, until the phase changes.
class HeapUseScope {
 public:
  HeapUseScope(PhaseClock& clock, HeapUse use) : clock_(clock), before_(clock.use_) { clock.use_ = use; }
  ~HeapUseScope() { clock_.use_ = before_; }
  HeapUseScope(const HeapUseScope&) = delete;
  HeapUseScope& operator=(const HeapUseScope&) = delete;

 private:
  PhaseClock& clock_;
  HeapUse before_;
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
