// The digits that people read are those that the spread supports.
#include "physgrad/tables/digits.hpp"

#include <gtest/gtest.h>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {
namespace {

TEST(Digits, AnEntryEndsAtTheSecondDigitOfItsSpread) {
  EXPECT_EQ(spread_text({0.0163, 0.0121, 0.0230}), "0.016 [0.012, 0.023]");
  EXPECT_EQ(spread_text({0.0117, 0.00923, 0.0188}), "0.0117 [0.0092, 0.0188]");
  EXPECT_EQ(spread_text({33.61, 32.34, 34.17}), "33.6 [32.3, 34.2]");
  EXPECT_EQ(spread_text({3.23e-5, 2.58e-5, 4.3e-5}), "3.2e-05 [2.6e-05, 4.3e-05]");
  EXPECT_EQ(spread_text({123456, 120000, 130000}), "1.23e+05 [1.20e+05, 1.30e+05]");
  EXPECT_EQ(spread_text({1781, 1691, 1852}), "1780 [1690, 1850]");
  EXPECT_EQ(spread_text({-0.31, -0.52, 0.11}), "-0.31 [-0.52, 0.11]");
}

TEST(Digits, ADigitMoreAfterRoundingIsKept) {
  EXPECT_EQ(spread_text({9.96, 9.12, 12.2}), "10.0 [9.1, 12.2]");
  EXPECT_EQ(spread_text({0.0999, 0.0901, 0.1899}), "0.10 [0.090, 0.19]");  // a spread of 0.0998 is one of 0.10
}

TEST(Digits, NoNumberHasFewerThanTwoOrMoreThanSix) {
  EXPECT_EQ(spread_text({1.62e-8, 1e-9, 1e-2}), "1.6e-08 [1.0e-09, 1.0e-02]");
  EXPECT_EQ(spread_text({0.35, 2e-9, 0.7}), "0.35 [2.0e-09, 0.70]");
  EXPECT_EQ(spread_text({1.0000000001, 1, 1.0000000002}), "1.00000 [1.00000, 1.00000]");
}

TEST(Digits, WithoutASpreadThereAreThree) {
  EXPECT_EQ(spread_text({0.12345, 0.12345, 0.12345}), "0.123");
  EXPECT_EQ(spread_text({0.12345, kUnknown, kUnknown}), "0.123");
  EXPECT_EQ(spread_text({0.12345, 0.1, kInfinity}), "0.123 [0.1, inf]");
  EXPECT_EQ(spread_text({kInfinity, 0.1, kInfinity}, {.infinite = "miss"}), "miss [0.1, miss]");
  EXPECT_EQ(spread_text({kUnknown, kUnknown, kUnknown}), "-");
  EXPECT_EQ(spread_text({0, 0, kInfinity}), "0 [0, inf]");
  EXPECT_EQ(number_entry(0.12345).text, "0.123");
  EXPECT_EQ(time_entry(kInfinity).text, "miss");
}

TEST(Digits, CountsHaveNoFraction) {
  EXPECT_EQ(spread_text({83, 81, 84}, {.whole = true}), "83 [81, 84]");
  EXPECT_EQ(spread_text({1781, 1691, 1852}, {.whole = true}), "1780 [1690, 1850]");
  EXPECT_EQ(spread_text({5, 3, kInfinity}, {.infinite = "never", .whole = true}), "5 [3, never]");
}

/// What a report that somebody edited may hold.
TEST(Digits, ExtremesAreTextsToo) {
  EXPECT_EQ(spread_text({5e-324, 0, 1e-323}), "4.9e-324 [0, 9.9e-324]");
  EXPECT_EQ(spread_text({1e300, 1e-300, 1e308}), "1.0e+300 [1.0e-300, 1.0e+308]");
  EXPECT_FALSE(spread_text({1e308, -1.7e308, 1.7e308}).empty());
}

}  // namespace
}  // namespace physgrad
