#include "physgrad/measure/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace physgrad {
namespace {

void wait(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

double sum_of_phases(const PhaseClock& clock) {
  double sum = 0;
  for (std::size_t p = 0; p < kPhases; ++p) sum += clock.seconds(static_cast<Phase>(p));
  return sum;
}

TEST(PhaseClock, EverySecondBelongsToThePhaseThatWasCurrent) {
  PhaseClock clock;
  {
    const PhaseScope outer(clock, Phase::simulate);
    wait(20);
    {
      const PhaseScope inner(clock, Phase::evaluation);
      wait(40);
    }
    wait(5);
  }
  wait(5);
  // Sleeping takes at least as long as asked; how much longer depends on the machine.
  EXPECT_GE(clock.seconds(Phase::simulate), 0.025);
  EXPECT_GE(clock.seconds(Phase::evaluation), 0.040);
  EXPECT_GE(clock.seconds(Phase::other), 0.005);
  EXPECT_EQ(clock.seconds(Phase::update), 0);
  EXPECT_NEAR(sum_of_phases(clock), clock.wall(), 1e-3 * clock.wall());
  EXPECT_NEAR(clock.training(), clock.wall() - clock.seconds(Phase::evaluation), 1e-3 * clock.wall());
}

TEST(PhaseClock, MemoryIsForTheCurrentPhaseUnlessSomebodySaysOtherwise) {
  PhaseClock clock;
  const HeapUse& use = clock.heap_use();
  clock = PhaseClock();
  const PhaseScope algebra(clock, Phase::linear_algebra);
  EXPECT_EQ(use, HeapUse::decomposition);
  {
    const HeapUseScope scope(clock, HeapUse::jacobian);
    EXPECT_EQ(use, HeapUse::jacobian);
  }
  EXPECT_EQ(use, HeapUse::decomposition);
  {
    const PhaseScope network(clock, Phase::network);
    EXPECT_EQ(use, HeapUse::network);
  }
  EXPECT_EQ(use, HeapUse::decomposition);
}

}  // namespace
}  // namespace physgrad
