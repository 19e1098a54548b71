#include "physgrad/files/side_by_side.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace physgrad {

void side_by_side(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::map<std::size_t, std::exception_ptr> errors;
  std::mutex of_errors;
  const auto go_on = [&] {
    for (std::size_t number = next++; number < count; number = next++) try {
        work(number);
      } catch (...) {
        const std::lock_guard lock(of_errors);
        errors.emplace(number, std::current_exception());
        next = count;  // all smaller ones have been begun
      }
  };
  {
    std::vector<std::jthread> helpers;
    const std::size_t threads = std::min<std::size_t>(count, std::thread::hardware_concurrency());
    try {
      while (helpers.size() + 1 < threads) helpers.emplace_back(go_on);
    } catch (const std::system_error&) {  // no more to be had: those there are do it
    }
    go_on();
  }
  if (!errors.empty()) std::rethrow_exception(errors.begin()->second);
}

}  // namespace physgrad
