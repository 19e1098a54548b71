#include "physgrad/study/heap_pass.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>

namespace physgrad {
namespace {

constexpr long kSteps = 3;

HeapPeak count(const ResolvedPair& pair, TrainOptions options, const HeapCounter& counter) {
  HeapPeak peak;
  options.max_steps = std::min(options.max_steps, kSteps);
  options.evaluate = false;
  options.largest_batches = true;
  options.before_first_step = [&](const PhaseClock& clock) { counter.start(&clock.heap_use()); };
  options.after_last_step = [&](const PhaseClock&) { peak = counter.stop(); };
  (void)train(pair.problem, *pair.method, options, {});
  return peak;
}

/// The copy's life.
[[noreturn]] void count_into(int pipe, pid_t parent, const ResolvedPair& pair, const TrainOptions& options,
                             const HeapCounter& counter) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, kHeapPassName);
  if (::getppid() != parent) ::_exit(1);
  try {
    const HeapPeak peak = count(pair, options, counter);
    ::_exit(::write(pipe, &peak, sizeof peak) == sizeof peak ? 0 : 1);
  } catch (...) {  // the training itself will say what is wrong
    ::_exit(1);
  }
}

/// What was written within the time.
std::optional<HeapPeak> read_peak(int pipe, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  HeapPeak peak;
  auto* bytes = reinterpret_cast<std::byte*>(&peak);
  for (std::size_t done = 0; done < sizeof peak;) {
    const double left = std::chrono::duration<double>(end - Clock::now()).count();
    if (left <= 0) return std::nullopt;
    pollfd watch{pipe, POLLIN, 0};
    if (::poll(&watch, 1, static_cast<int>(std::min(left, 1.0) * 1000) + 1) <= 0) continue;
    const ssize_t got = ::read(pipe, bytes + done, sizeof peak - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    done += static_cast<std::size_t>(got);
  }
  return peak.bytes >= 0 ? std::optional(peak) : std::nullopt;
}

}  // namespace

std::optional<HeapPeak> heap_peak(const ResolvedPair& pair, TrainOptions options, const HeapCounter& counter,
                                  double seconds) {
  if (!counter.start || !counter.stop) return std::nullopt;
  int ends[2];
  if (::pipe(ends) != 0) return std::nullopt;
  const pid_t parent = ::getpid(), copy = ::fork();
  if (copy == 0) count_into(ends[1], parent, pair, options, counter);
  ::close(ends[1]);
  const std::optional<HeapPeak> peak = copy > 0 ? read_peak(ends[0], seconds) : std::nullopt;
  ::close(ends[0]);
  if (copy > 0) {
    ::kill(copy, SIGKILL);
    while (::waitpid(copy, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  return peak;
}

}  // namespace physgrad
