#include "physgrad/study/workers.hpp"

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

std::string load_line(int wanted) {
  const char* silenced = std::getenv("PHYSGRAD_NO_LOAD_WARNING");
  if (silenced != nullptr && std::string_view(silenced) != "0" && *silenced != '\0') return {};
  const std::string warning = load_warning(processor_load(wanted), wanted);
  return warning.empty() ? warning : "warning: " + warning;
}

Processors processors_of(int worker, int each, const Processors& usable) {
  Processors result;
  for (int i = 0; i < each && !usable.empty(); ++i)
    result.push_back(usable[static_cast<std::size_t>(worker * each + i) % usable.size()]);
  return result;
}

void run_side_by_side(int workers, int each, std::size_t count,
                      const std::function<void(std::size_t, const Processors&)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto serve = [&](const Processors& processors) {
    try {
      for (std::size_t i = next++; i < count && interrupted_by() == 0; i = next++) work(i, processors);
    } catch (...) {
      next = count;
      const std::scoped_lock lock(mutex);
      if (!failure) failure = std::current_exception();
      abandon_cells();
    }
  };
  if (workers == 1) {
    serve({});
  } else {
    const Processors usable = allowed_processors();
    std::vector<std::jthread> threads;
    for (int k = 0; k < workers; ++k) threads.emplace_back(serve, processors_of(k, each, usable));
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace physgrad
