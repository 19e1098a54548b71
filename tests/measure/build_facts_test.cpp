#include <gtest/gtest.h>

#include <string>

#include "physgrad/measure/environment.hpp"

namespace physgrad {
namespace {

TEST(BuildFacts, TheProgramIsTheCommitOrTheCommitWithAHash) {
  const BuildFacts build = build_facts();
  ASSERT_FALSE(build.commit.empty());
  if (!build.dirty) {
    EXPECT_EQ(build.program, build.commit);
    EXPECT_NE(build.commit, "unknown");
    return;
  }
  const std::string start = build.commit + "+";
  ASSERT_EQ(build.program.substr(0, start.size()), start);
  const std::string hash = build.program.substr(start.size());
  EXPECT_EQ(hash.size(), 12u);
  EXPECT_EQ(hash.find_first_not_of("0123456789abcdef"), std::string::npos) << hash;
}

}  // namespace
}  // namespace physgrad
