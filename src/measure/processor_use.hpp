#pragma once
// Whether a thread, and those that helped it, had a processor each while they were timed.
#include <filesystem>
#include <map>
#include <string>
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
  double waited_seconds = 0;      ///< for a processor, of the other thread that waited longest

  /// Processor over wall time, or what of that time no other thread had to wait; at most 1; NaN for no time.
  [[nodiscard]] double share() const;
  /// More than 5 % of the wall time went elsewhere, or another thread waited as long. Up to a millisecond, or two ticks
  /// of a coarse clock, that may be the clocks' rounding, unless a preemption was counted; up to a millisecond a thread
  /// may wait to be woken.
  [[nodiscard]] bool disturbed() const;
};

/// Seconds that threads have waited for a processor so far, by number. Processor time says little of helpers, which may
/// wait for work at a processor's full speed.
using ThreadWaits = std::map<std::string, double>;
/// Of the threads in `tasks` but the one called `but`; empty where the system does not tell.
[[nodiscard]] ThreadWaits thread_waits(const std::filesystem::path& tasks, const std::string& but);
/// Of this process's threads but the calling one.
[[nodiscard]] ThreadWaits waits_of_others();
/// How much longer each has waited than `before`; the whole of those that are new.
[[nodiscard]] ThreadWaits waits_since(const ThreadWaits& before, const ThreadWaits& now);

/// Threads that computed, from the processor seconds of the process and of its busiest thread.
[[nodiscard]] double computing_threads(double process_seconds, double thread_seconds);

/// Follows the calling thread, and the waits of the process's others, over a stretch of work, without its pauses.
class ProcessorWatch {
 public:
  ProcessorWatch();
  /// The work stops for the lifetime of this.
  class Pause {
   public:
    explicit Pause(ProcessorWatch& watch) : watch_(watch), before_(thread_use()), waits_before_(waits_of_others()) {}
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    ProcessorWatch& watch_;
    ThreadUse before_;
    ThreadWaits waits_before_;
  };
  /// The use since construction; `wall_seconds` is the caller's, who has the clock.
  [[nodiscard]] ProcessorUse use(double wall_seconds) const;
  /// Processor seconds since construction, pauses included.
  [[nodiscard]] double thread_seconds() const { return thread_use().processor_seconds - start_.processor_seconds; }

 private:
  std::vector<double> stolen_;
  ThreadWaits waits_paused_, waits_;
  ThreadUse paused_, start_;
};

}  // namespace physgrad
