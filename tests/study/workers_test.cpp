// Cells side by side: which processors each worker keeps, and how many threads there are processors for.
#include "physgrad/study/workers.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "physgrad/study/limits.hpp"

namespace physgrad {
namespace {

TEST(Workers, KeepProcessorsOfTheirOwn) {
  const Processors usable = {1, 3, 4, 7};
  EXPECT_EQ(processors_of(0, 1, usable), Processors{1});
  EXPECT_EQ(processors_of(3, 1, usable), Processors{7});
  EXPECT_EQ(processors_of(5, 1, usable), Processors{3});  // more cells than processors, of one thread each
  EXPECT_EQ(processors_of(0, 2, usable), (Processors{1, 3}));
  EXPECT_EQ(processors_of(1, 2, usable), (Processors{4, 7}));
  EXPECT_EQ(processors_of(1, 3, {0, 1, 2, 3, 4, 5}), (Processors{3, 4, 5}));
  EXPECT_EQ(processors_of(1, 2, {}), Processors{});
}

TEST(Workers, OneKeepsToNoProcessorAndMoreDo) {
  for (const int workers : {1, 2}) {
    std::mutex mutex;
    std::set<std::size_t> done;
    run_side_by_side(workers, 2, 5, [&](std::size_t i, const Processors& processors) {
      const std::scoped_lock lock(mutex);
      done.insert(i);
      EXPECT_EQ(processors.empty(), workers == 1);
    });
    EXPECT_EQ(done.size(), 5u);
  }
}

TEST(ThreadsObstacle, IsWhatTheProgramOrItsProcessorsLack) {
  EXPECT_EQ(threads_obstacle(1, 256, false, 1), "");  // one thread shares a processor as it always did
  EXPECT_EQ(threads_obstacle(2, 1, true, 2), "");
  EXPECT_EQ(threads_obstacle(2, 2, true, 4), "");
  EXPECT_EQ(threads_obstacle(3, 1, true, 2), "it takes 3 processors, and 2 may be used");
  EXPECT_EQ(threads_obstacle(2, 2, true, 3), "with --jobs 2 it takes 4 processors, and 3 may be used");
  EXPECT_EQ(threads_obstacle(2, 1, false, 64), "this program was built without OpenMP and computes on 1 thread");
}

}  // namespace
}  // namespace physgrad
