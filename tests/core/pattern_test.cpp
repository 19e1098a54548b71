// Shell patterns choose names; what chooses nothing is refused with what there is.
#include "physgrad/core/pattern.hpp"

#include <gtest/gtest.h>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

const std::vector<std::string> kNames = {"heat", "hig", "gn", "dp-adam"};

std::string refusal(const std::vector<std::string>& patterns) {
  try {
    (void)chosen_names("method", patterns, kNames);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(Patterns, ChooseInTheOrderOfTheNames) {
  EXPECT_EQ(chosen_names("method", {}, kNames), kNames);
  EXPECT_EQ(chosen_names("method", {"gn", "h*"}, kNames), (std::vector<std::string>{"heat", "hig", "gn"}));
  EXPECT_EQ(chosen_names("method", {"?n", "[a-d]*"}, kNames), (std::vector<std::string>{"gn", "dp-adam"}));
}

TEST(Patterns, ANameWithTheLettersOfAPatternIsAName) {
  EXPECT_EQ(chosen_names("method", {"a[b"}, {"a[b", "ab"}), std::vector<std::string>{"a[b"});
}

TEST(Patterns, WhatFitsNothingIsRefused) {
  EXPECT_NE(refusal({"x*"}).find("no method fits 'x*'; there are heat, hig"), std::string::npos) << refusal({"x*"});
  EXPECT_NE(refusal({"gn", "dp-adm"}).find("'dp-adam'"), std::string::npos) << refusal({"gn", "dp-adm"});
}

}  // namespace
}  // namespace physgrad
