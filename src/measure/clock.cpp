#include "physgrad/measure/clock.hpp"

#include <sys/resource.h>

#include <numeric>

namespace physgrad {

const char* to_text(Phase phase) {
  constexpr const char* names[kPhases] = {"data",           "network", "simulate",   "derivative", "inverse",
                                          "linear_algebra", "update",  "evaluation", "other"};
  return names[static_cast<std::size_t>(phase)];
}

const char* to_text(HeapUse use) {
  constexpr const char* names[kHeapUses] = {"simulator", "network", "jacobian", "decomposition", "method", "other"};
  return names[static_cast<std::size_t>(use)];
}

namespace {

/// Between phases a method works on its own vectors.
HeapUse use_of(Phase phase) {
  switch (phase) {
    case Phase::simulate:
    case Phase::derivative:
    case Phase::inverse:
      return HeapUse::simulator;
    case Phase::network:
      return HeapUse::network;
    case Phase::linear_algebra:
      return HeapUse::decomposition;
    case Phase::update:
    case Phase::other:
      return HeapUse::method;
    case Phase::data:
    case Phase::evaluation:
      break;
  }
  return HeapUse::other;
}

}  // namespace

Phase PhaseClock::enter(Phase phase) {
  const auto now = Clock::now();
  seconds_[static_cast<std::size_t>(current_)] += std::chrono::duration<double>(now - since_).count();
  since_ = now;
  const Phase before = current_;
  current_ = phase;
  use_ = use_of(phase);
  return before;
}

double PhaseClock::seconds(Phase phase) const {
  const double running = phase == current_ ? std::chrono::duration<double>(Clock::now() - since_).count() : 0.0;
  return seconds_[static_cast<std::size_t>(phase)] + running;
}

double PhaseClock::total() const {
  return std::accumulate(seconds_.begin(), seconds_.end(),
                         std::chrono::duration<double>(Clock::now() - since_).count());
}

double PhaseClock::wall() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace physgrad
