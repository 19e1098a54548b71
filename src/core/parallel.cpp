#include "physgrad/core/parallel.hpp"

#ifdef _OPENMP
#include <omp.h>

#include <exception>
#include <vector>

namespace physgrad {

bool has_threads() { return true; }

void Member::meet() const {
  if (count == 1) return;
#pragma omp barrier
}

void parallel(int threads, const std::function<void(const Member&)>& work) {
  if (threads <= 1) return work({});
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
#pragma omp parallel num_threads(threads)
  {
    const Member member{omp_get_thread_num(), omp_get_num_threads()};
    try {
      work(member);
    } catch (...) {  // none may leave the region
      failures[static_cast<std::size_t>(member.index)] = std::current_exception();
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
