#include "stack.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/resource.h>

#include <cstring>
#include <stdexcept>

namespace physgrad::driver {
namespace {

constexpr rlim_t kStackBytes = rlim_t{8} << 20;

struct Task {
  const std::function<int()>& work;
  int exit_code = 0;
};

void* carry_out(void* argument) {
  auto& task = *static_cast<Task*>(argument);
  task.exit_code = task.work();
  return nullptr;
}

}  // namespace

int with_enough_stack(const std::function<int()>& work) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= kStackBytes)
    return work();
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  ::pthread_attr_setstacksize(&attributes, kStackBytes);
  ::pthread_setattr_default_np(&attributes);
  if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= kStackBytes) {
    limit.rlim_cur = kStackBytes;
    if (::setrlimit(RLIMIT_STACK, &limit) == 0) return work();
  }
  Task task{work};
  pthread_t thread{};
  if (const int error = ::pthread_create(&thread, &attributes, carry_out, &task); error != 0)
    throw std::runtime_error(fmt::format("the stack is limited to {} kB and a larger one could not be had: {}",
                                         limit.rlim_cur / 1024, std::strerror(error)));
  ::pthread_join(thread, nullptr);
  return task.exit_code;
}

}  // namespace physgrad::driver
