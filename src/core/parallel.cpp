#include "physgrad/core/parallel.hpp"

#ifdef _OPENMP
#include <omp.h>

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace physgrad {

// OpenMP's own barrier keeps a processor for milliseconds while it waits. Members meet hundreds of times a step, some
// microseconds apart: where something else runs on one of their processors, whoever waits has to make room.
class MeetingPoint {
 public:
  /// Thrown at those who wait for somebody who has ended by an exception.
  struct Abandoned {};
  void abandon() { abandoned_.store(true, std::memory_order_release); }
  void wait_for(int count) {
    constexpr int kSpins = 1000;
    const unsigned round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == count) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int spin = 0; round_.load(std::memory_order_acquire) == round; ++spin) {
      if (abandoned_.load(std::memory_order_acquire)) throw Abandoned{};
      if (spin < kSpins)
        rest();
      else
        std::this_thread::yield();
    }
  }

 private:
  static void rest() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<unsigned> round_{0};
  std::atomic<bool> abandoned_{false};
};

bool has_threads() { return true; }

void Member::meet() const {
  if (count > 1) point->wait_for(count);
}

void parallel(int threads, const std::function<void(const Member&)>& work) {
  if (threads <= 1) return work({});
  MeetingPoint point;
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
#pragma omp parallel num_threads(threads)
  {
    const Member member{omp_get_thread_num(), omp_get_num_threads(), &point};
    try {
      work(member);
    } catch (const MeetingPoint::Abandoned&) {
    } catch (...) {  // none may leave the region
      failures[static_cast<std::size_t>(member.index)] = std::current_exception();
      point.abandon();
    }
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

}  // namespace physgrad

#else

namespace physgrad {

bool has_threads() { return false; }

void Member::meet() const {}

void parallel(int /*threads*/, const std::function<void(const Member&)>& work) { work({}); }

}  // namespace physgrad

#endif
