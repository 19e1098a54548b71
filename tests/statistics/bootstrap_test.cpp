// Bootstrap intervals: what they have to be by hand, the exact distribution of a resampled median, and repeatability.
#include "physgrad/statistics/bootstrap.hpp"
#include "physgrad/core/numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

void expect_interval(const Spread& spread, double median, double low, double high) {
  EXPECT_EQ(spread.median, median);
  EXPECT_EQ(spread.low, low);
  EXPECT_EQ(spread.high, high);
}

TEST(Bootstrap, AConstantSampleHasNoWidth) {
  MedianBootstrap bootstrap;
  expect_interval(bootstrap.interval({3, 3, 3, 3, 3}), 3, 3, 3);
  expect_interval(bootstrap.interval({7}), 7, 7, 7);
  expect_interval(bootstrap.interval({kInfinity, kInfinity}), kInfinity, kInfinity, kInfinity);
}

TEST(Bootstrap, MissesStayAndAbsentOnesDoNot) {
  MedianBootstrap bootstrap;
  // A resample of three has its median at the largest with probability 7/27.
  expect_interval(bootstrap.interval({2, kInfinity, 1}), 2, 1, kInfinity);
  expect_interval(bootstrap.interval({std::nan(""), 4, 4}), 4, 4, 4);
  EXPECT_TRUE(std::isnan(bootstrap.interval({}).median));
  EXPECT_TRUE(std::isnan(bootstrap.interval({std::nan("")}).high));
}

// P(median of 11 drawn from 11 <= x_(j)) = P(binomial(11, j/11) >= 6): 0.0072, 0.0512 of j = 2, 3 and 0.9488, 0.9928 of
// 8, 9. So 2.5 % and 97.5 % lie at the 3rd and the 9th value.
TEST(Bootstrap, AgreesWithTheExactDistributionOfAResampledMedian) {
  MedianBootstrap bootstrap;
  expect_interval(bootstrap.interval({11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6}), 6, 3, 9);
  MedianBootstrap other(99);
  expect_interval(other.interval({11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6}), 6, 3, 9);
}

TEST(Bootstrap, AnEvenSampleAveragesTheTwoInTheMiddle) {
  MedianBootstrap bootstrap;
  const Spread spread = bootstrap.interval({1, 2});
  // Resamples: 1,1 with 1/4; 1,2 or 2,1 with 1/2; 2,2 with 1/4.
  expect_interval(spread, 1.5, 1, 2);
  expect_interval(bootstrap.interval({1, 2}, 0.4), 1.5, 1.5, 1.5);
}

TEST(Bootstrap, DependsOnSeedAndSampleAlone) {
  Rng rng(3, "sample");
  std::vector<double> values;
  for (int i = 0; i < 8; ++i) values.push_back(rng.normal());
  MedianBootstrap fresh, used;
  (void)used.interval({1, 2, 3, 4, 5});
  const Spread first = fresh.interval(values), second = used.interval(values), third = used.interval(values);
  expect_interval(second, first.median, first.low, first.high);
  expect_interval(third, first.median, first.low, first.high);
}

// What the interval promises, measured: 12 normal numbers, true median 0. The percentile interval of a median is known
// to be near its nominal coverage at this size.
TEST(Bootstrap, CoversTheMedianAboutAsOftenAsItSays) {
  Rng rng(5, "coverage");
  MedianBootstrap bootstrap;
  int covered = 0;
  constexpr int kSamples = 2000;
  for (int sample = 0; sample < kSamples; ++sample) {
    std::vector<double> values;
    for (int i = 0; i < 12; ++i) values.push_back(rng.normal());
    const Spread spread = bootstrap.interval(values);
    if (spread.low <= 0 && 0 <= spread.high) ++covered;
  }
  EXPECT_GT(covered, 0.91 * kSamples);
  EXPECT_LT(covered, 0.98 * kSamples);
}

}  // namespace
}  // namespace physgrad
