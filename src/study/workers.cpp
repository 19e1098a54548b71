#include "physgrad/study/workers.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "physgrad/measure/processor_load.hpp"
#include "physgrad/study/interrupts.hpp"

namespace physgrad {
namespace {

std::vector<int> allowed_processors() {
  std::vector<int> result;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0)
    for (int processor = 0; processor < CPU_SETSIZE; ++processor)
      if (CPU_ISSET(processor, &set)) result.push_back(processor);
  if (result.empty()) result.push_back(-1);
  return result;
}

}  // namespace

std::string load_line(int workers) {
  const char* silenced = std::getenv("PHYSGRAD_NO_LOAD_WARNING");
  if (silenced != nullptr && std::string_view(silenced) != "0" && *silenced != '\0') return {};
  const std::string warning = load_warning(processor_load(workers), workers);
  return warning.empty() ? warning : "warning: " + warning;
}

void run_side_by_side(int workers, std::size_t count, const std::function<void(std::size_t, int)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto serve = [&](int processor) {
    try {
      for (std::size_t i = next++; i < count && interrupted_by() == 0; i = next++) work(i, processor);
    } catch (...) {
      next = count;
      const std::scoped_lock lock(mutex);
      if (!failure) failure = std::current_exception();
      abandon_cells();
    }
  };
  if (workers == 1) {
    serve(-1);
  } else {
    const std::vector<int> processors = allowed_processors();
    std::vector<std::jthread> threads;
    for (int k = 0; k < workers; ++k)
      threads.emplace_back(serve, processors[static_cast<std::size_t>(k) % processors.size()]);
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace physgrad
