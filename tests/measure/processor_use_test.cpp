#include "physgrad/measure/processor_use.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <limits>
#include <thread>

namespace physgrad {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

bool disturbed(double wall, double processor, double preemptions = 0, double stolen = 0, double resolution = 1e-9) {
  return ProcessorUse{wall, processor, preemptions, stolen, resolution}.disturbed();
}

TEST(ProcessorUse, FivePerCentLostAreADisturbance) {
  EXPECT_TRUE(disturbed(4.6, 0.48));
  EXPECT_TRUE(disturbed(1, 0.949));
  EXPECT_FALSE(disturbed(1, 0.951));
  EXPECT_FALSE(disturbed(1, 1.001));       // clocks that differ in their last digits
  EXPECT_FALSE(disturbed(1, 0.999, 400));  // preempted often, for nothing that matters
  EXPECT_TRUE(disturbed(10, 10, 0, 0.6));  // a hypervisor's share that the processor's clock does not know of
  EXPECT_FALSE(disturbed(10, 10, 0, 0.4));
  EXPECT_FALSE(disturbed(0.01, 0.01, 0, 0.01));  // one tick
}

TEST(ProcessorUse, RoundingIsNoDisturbance) {
  EXPECT_FALSE(disturbed(1e-3, 0.5e-3));    // a cell of a millisecond
  EXPECT_TRUE(disturbed(1e-3, 0.5e-3, 1));  // unless the system says that it was preempted
  EXPECT_TRUE(disturbed(5e-3, 1e-3));
  EXPECT_FALSE(disturbed(15e-3, 0, 0, 0, 10e-3));  // a clock of ticks
  EXPECT_FALSE(disturbed(0, 0));
  EXPECT_FALSE(disturbed(1, kUnknown, kUnknown));
}

TEST(ProcessorUse, TheShareIsOfTheWallTime) {
  EXPECT_EQ((ProcessorUse{2, 1, 0, 0, 0}.share()), 0.5);
  EXPECT_EQ((ProcessorUse{2, 2.01, 0, 0, 0}.share()), 1);
  EXPECT_TRUE(std::isnan(ProcessorUse{}.share()));
}

TEST(ProcessorUse, AThreadThatWaitsIsADisturbance) {
  const auto helped = [](double wall, double waited) { return ProcessorUse{wall, wall, 0, 0, 1e-9, waited}; };
  EXPECT_TRUE(helped(1, 0.06).disturbed());
  EXPECT_FALSE(helped(1, 0.04).disturbed());
  EXPECT_FALSE(helped(0.01, 0.0009).disturbed());  // woken late
  EXPECT_TRUE(helped(0.01, 0.0011).disturbed());
  EXPECT_DOUBLE_EQ(helped(2, 0.5).share(), 0.75);
  EXPECT_DOUBLE_EQ((ProcessorUse{2, 1, 0, 0, 1e-9, 0.5}.share()), 0.5);  // whichever got less
  EXPECT_DOUBLE_EQ((ProcessorUse{2, 1, 0, 0, 1e-9, 1.5}.share()), 0.25);
}

TEST(ProcessorUse, WaitsAreThoseOfTheStretchAndOfOtherThreads) {
  std::string pattern = (std::filesystem::temp_directory_path() / "physgrad-tasks-XXXXXX").string();
  const std::filesystem::path tasks = ::mkdtemp(pattern.data());
  const auto waited = [&](const std::string& thread, const std::string& text) {
    std::filesystem::create_directories(tasks / thread);
    std::ofstream(tasks / thread / "schedstat") << text;
  };
  waited("10", "5000000000 9000000000 3\n");
  waited("11", "5000000000 1000000000 3\n");
  waited("12", "");  // ended while it was looked at
  const ThreadWaits before = thread_waits(tasks, "10");
  EXPECT_EQ(before, (ThreadWaits{{"11", 1}}));
  waited("11", "7000000000 1250000000 4\n");
  waited("13", "1 500000000 1\n");
  EXPECT_EQ(waits_since(before, thread_waits(tasks, "10")), (ThreadWaits{{"11", 0.25}, {"13", 0.5}}));
  std::filesystem::remove_all(tasks);
  EXPECT_TRUE(thread_waits(tasks, "10").empty());  // a system that does not tell
}

TEST(ProcessorUse, ThreadsAreThoseThatComputed) {
  EXPECT_EQ(computing_threads(1, 1), 1);
  EXPECT_EQ(computing_threads(1.04, 1), 1);
  EXPECT_EQ(computing_threads(0.001, 0), 1);
  EXPECT_EQ(computing_threads(1.6, 1), 2);
  EXPECT_EQ(computing_threads(2, 1), 2);
  EXPECT_EQ(computing_threads(3.9, 1), 4);
}

TEST(ProcessorUse, AWatchLeavesPausesOut) {
  ProcessorWatch watch;
  {
    const ProcessorWatch::Pause pause(watch);
    for (const double until = watch.thread_seconds() + 0.02; watch.thread_seconds() < until;) {
    }
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const ProcessorUse use = watch.use(0.01);
  EXPECT_GE(watch.thread_seconds(), 0.02);
  EXPECT_LT(use.processor_seconds, 0.01);  // sleeping takes none
  EXPECT_GE(use.processor_seconds, 0);
  EXPECT_GE(use.preemptions, 0);
}

}  // namespace
}  // namespace physgrad
