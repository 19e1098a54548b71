// Every number once, whatever the threads; errors are those of one thread.
#include "physgrad/files/side_by_side.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

namespace physgrad {
namespace {

TEST(SideBySide, EveryNumberOnce) {
  for (const std::size_t count : {0u, 1u, 2u, 1000u}) {
    std::vector<int> calls(count);
    side_by_side(count, [&](std::size_t i) { ++calls[i]; });
    EXPECT_EQ(calls, std::vector<int>(count, 1));
  }
}

TEST(SideBySide, TheSmallestNumbersErrorIsThrown) {
  for (int again = 0; again < 50; ++again) {
    std::atomic<std::size_t> begun{0};
    std::string message;
    try {
      side_by_side(1000, [&](std::size_t i) {
        ++begun;
        if (i % 2 == 1) throw std::runtime_error(std::to_string(i));
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "1");
    EXPECT_LT(begun, 1000u);
  }
}

}  // namespace
}  // namespace physgrad
