#pragma once
// Whether a thread had a processor to itself while it was timed.
#include <limits>
#include <vector>

namespace physgrad {

/// What the calling thread has used so far. NaN where the system does not tell.
struct ThreadUse {
  double processor_seconds = 0;
  double preemptions = 0;  ///< switches to another thread that it did not ask for
};
[[nodiscard]] ThreadUse thread_use();

/// What a stretch of work took and got.
struct ProcessorUse {
  double wall_seconds = 0;
  double processor_seconds = 0;  ///< of the thread that worked
  double preemptions = 0;
  double stolen_seconds = 0;      ///< that a hypervisor took from the processor which lost most
  double resolution_seconds = 0;  ///< of the processor's clock

  /// Processor over wall time, at most 1; NaN for no time.
  [[nodiscard]] double share() const;
  /// More than 5 % of the wall time went elsewhere. Up to a millisecond, or two ticks of a coarse clock, that may be
  /// the clocks' rounding, unless a preemption was counted.
  [[nodiscard]] bool disturbed() const;
};

/// Threads that computed, from the processor seconds of the process and of its busiest thread.
[[nodiscard]] double computing_threads(double process_seconds, double thread_seconds);

/// Follows the calling thread over a stretch of work, without its pauses.
class ProcessorWatch {
 public:
  ProcessorWatch();
  /// The work stops for the lifetime of this.
  class Pause {
   public:
    explicit Pause(ProcessorWatch& watch) : watch_(watch), before_(thread_use()) {}
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    ProcessorWatch& watch_;
    ThreadUse before_;
  };
  /// The use since construction; `wall_seconds` is the caller's, who has the clock.
  [[nodiscard]] ProcessorUse use(double wall_seconds) const;
  /// Processor seconds since construction, pauses included.
  [[nodiscard]] double thread_seconds() const { return thread_use().processor_seconds - start_.processor_seconds; }

 private:
  std::vector<double> stolen_;
  ThreadUse paused_, start_;
};

}  // namespace physgrad
