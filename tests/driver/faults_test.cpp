// Limits of memory, and the heap that is counted against them.
#include <cmath>

#include "driver/fault_process.hpp"

namespace physgrad {
namespace {

using testing::Faults;

TEST_F(Faults, TheHeapPeakIsTheSameToTheByteAndGrowsWithTheBatch) {
  const std::string command = "run --problem two-body --method hig --seeds 1 --set samples=128 --set test_samples=16 ";
  ASSERT_EQ(driver(command + "--steps 3 --set hig.batch=32 --out a").code, 0);
  ASSERT_EQ(driver(command + "--steps 3 --set hig.batch=32 --out d").code, 0);
  ASSERT_EQ(driver(command + "--steps 20 --set hig.batch=32 --out b").code, 0);
  ASSERT_EQ(driver(command + "--steps 3 --set hig.batch=64 --out c").code, 0);
  const auto peak = [&](const char* out) { return report(out).cells.at(0).memory.peak_heap_bytes; };
  if (std::isnan(peak("a"))) GTEST_SKIP() << "this build cannot count its heap";
  EXPECT_EQ(peak("a"), peak("d"));
  // No step adds to it; but "20" is a longer text than "3", and where blocks lie decides which of them malloc() rounds
  // up by another 16 bytes.
  EXPECT_NEAR(peak("a"), peak("b"), 64);
  EXPECT_GT(peak("c"), 1.5 * peak("a"));
}

TEST_F(Faults, AMemoryLimitIsEnforcedOnTheProcess) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's own memory would count";
#endif
  // 1 GB for a first matrix of samples: more than the limit and its allowance, whatever the method is predicted to
  // need.
  const testing::Outcome outcome = driver(
      "run --problem heat --method dp-sgd --seeds 1 --steps 1 --set heat.samples=2000000 --memory-limit 10M --out r");
  EXPECT_EQ(outcome.code, 1);
  ASSERT_EQ(report("r").cells.size(), 1u);
  EXPECT_EQ(report("r").cells[0].status, Status::out_of_memory) << report("r").cells[0].reason;
}

}  // namespace
}  // namespace physgrad
