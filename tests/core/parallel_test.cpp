// Members of a team: each once, in step where they meet, with shares that are everything.
#include "physgrad/core/parallel.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace physgrad::testing {
namespace {

TEST(Parallel, EveryMemberWorksOnce) {
  for (const int threads : {1, 2, 5}) {
    std::mutex mutex;
    std::multiset<int> indices;
    int count = 0;
    parallel(threads, [&](const Member& me) {
      const std::scoped_lock lock(mutex);
      indices.insert(me.index);
      count = me.count;
    });
    EXPECT_EQ(count, has_threads() ? threads : 1);
    EXPECT_EQ(indices.size(), static_cast<std::size_t>(count));
    for (int member = 0; member < count; ++member) EXPECT_EQ(indices.count(member), 1U);
  }
}

TEST(Parallel, OneThreadIsTheCallersOwn) {
  std::thread::id used;
  parallel(1, [&](const Member&) { used = std::this_thread::get_id(); });
  EXPECT_EQ(used, std::this_thread::get_id());
  parallel(3, [&](const Member& me) {
    if (me.index == 0) used = std::this_thread::get_id();
  });
  EXPECT_EQ(used, std::this_thread::get_id());
}

TEST(Parallel, WhatWasWrittenBeforeMembersMeetIsThereAfterwards) {
  constexpr int kThreads = 3, kRounds = 300;
  std::vector<int> written(kThreads, 0);
  int wrong = 0;
  std::mutex mutex;
  parallel(kThreads, [&](const Member& me) {
    for (int round = 1; round <= kRounds; ++round) {
      written[static_cast<std::size_t>(me.index)] = round;
      me.meet();
      int behind = 0;
      for (int other = 0; other < me.count; ++other) behind += written[static_cast<std::size_t>(other)] != round;
      me.meet();
      if (behind == 0) continue;
      const std::scoped_lock lock(mutex);
      ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(Parallel, SharesAreEverythingOnce) {
  for (const Index begin : {0, 5})
    for (const Index size : {0, 1, 7, 8, 9, 64, 100})
      for (const Index multiple : {1, 8})
        for (const int count : {1, 2, 3, 7}) {
          Index at = begin;
          for (int member = 0; member < count; ++member) {
            const Member::Range range = Member{member, count, nullptr}.share(begin, begin + size, multiple);
            EXPECT_EQ(range.begin, at);
            EXPECT_LE(range.begin, range.end);
            EXPECT_TRUE(range.end == begin + size || (range.end - begin) % multiple == 0);
            EXPECT_LE(range.end - range.begin, (size / count / multiple + 1) * multiple);
            at = range.end;
          }
          EXPECT_EQ(at, begin + size);
        }
}

TEST(Parallel, NobodyWaitsForWhoHasEnded) {
  if (!has_threads()) GTEST_SKIP() << "one thread";
  EXPECT_THROW(parallel(3,
                        [](const Member& me) {
                          me.meet();
                          if (me.index == 1) throw std::runtime_error("ended");
                          me.meet();
                        }),
               std::runtime_error);
}

TEST(Parallel, AnExceptionIsTheFirstMembers) {
  try {
    parallel(3, [](const Member& me) {
      if (me.index != 1 || me.count == 1) throw std::runtime_error(std::to_string(me.index));
    });
    FAIL() << "no exception";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "0");
  }
}

}  // namespace
}  // namespace physgrad::testing
