// The rank-sum test against counting by hand, the published table of critical values and published examples.
#include "physgrad/statistics/rank_sum.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

using Values = std::vector<double>;

TEST(RankSum, SmallSamplesByHand) {
  EXPECT_NEAR(rank_sum_p({1, 2, 3}, {4, 5, 6}), 2.0 / 20, 1e-15);
  EXPECT_NEAR(rank_sum_p({1, 2, 4}, {3, 5, 6}), 4.0 / 20, 1e-15);  // sums 6 and 7, and as many from above
  EXPECT_NEAR(rank_sum_p({1}, {2}), 1.0, 1e-15);
  EXPECT_NEAR(rank_sum_p({1, 2}, {3, 4, 5}), 2.0 / 10, 1e-15);
  EXPECT_EQ(rank_sum_p({}, {1, 2}), 1.0);
  // Ties share their ranks: of 1, 2.5, 2.5, 4 the pairs have the sums 3.5, 3.5, 5, 5, 6.5, 6.5.
  EXPECT_NEAR(rank_sum_p({1, 2}, {2, 3}), 4.0 / 6, 1e-15);
  EXPECT_EQ(rank_sum_p({7, 7, 7, 7}, {7, 7, 7, 7}), 1.0);
}

/// Samples without ties in which `u` pairs have a value of `a` above one of `b`.
std::pair<Values, Values> with_u(int n, int m, int u) {
  Values a, b;
  for (int j = 1; j <= m; ++j) b.push_back(j);
  for (int i = n; i >= 1; --i) {
    const int above = std::min(u, m);
    u -= above;
    a.push_back(above + 0.001 * i + 0.5);
  }
  return {a, b};
}

// Critical values of U, two-sided 0.05 (Mann and Whitney's table as in Siegel 1956): the value is significant, the next
// larger one is not.
TEST(RankSum, PublishedCriticalValues) {
  const struct {
    int n, m, critical;
  } table[] = {{4, 4, 0}, {5, 5, 2}, {6, 6, 5}, {8, 8, 13}, {10, 10, 23}, {5, 10, 8}, {15, 15, 64}, {20, 20, 127}};
  for (const auto& [n, m, critical] : table)
    for (const int u : {critical, critical + 1}) {
      const auto [a, b] = with_u(n, m, u);
      EXPECT_EQ(rank_sum_p(a, b) <= 0.05, u == critical) << n << " " << m << " " << u;
      EXPECT_NEAR(rank_sum_p(a, b), rank_sum_p(b, a), 1e-12);
    }
}

// Hollander and Wolfe 1999, Nonparametric Statistical Methods, example 4.1 (permeability of membranes): W of the five
// values is 30, one-sided 0.1272.
TEST(RankSum, PublishedExample) {
  const Values term = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
  const Values early = {1.15, 0.88, 0.90, 0.74, 1.21};
  EXPECT_NEAR(rank_sum_p(term, early), 2 * 0.1272, 1e-4);
  const Spread shift = shift_between(early, term);
  EXPECT_NEAR(shift.median, 0.305, 1e-12);
  EXPECT_NEAR(shift.low, -0.15, 1e-12);  // of at least 95 %: the 9th of 50 differences from either side
  EXPECT_NEAR(shift.high, 0.76, 1e-12);
}

TEST(RankSum, TheNormalDistributionAgreesWithTheCountedOne) {
  Rng rng(1, "rank sums");
  for (int i = 0; i < 20; ++i) {
    Values a, b;
    for (int j = 0; j < 20; ++j) {
      a.push_back(rng.normal());
      b.push_back(rng.normal() + 0.5);
    }
    const double counted = rank_sum_p(a, b);
    a.push_back(0.25);  // beyond the counted sizes
    EXPECT_NEAR(rank_sum_p(a, b), counted, 0.08);
  }
  const Values many(300, 1.0), others(300, 2.0);
  EXPECT_LT(rank_sum_p(many, others), 1e-100);
  EXPECT_EQ(rank_sum_p(many, many), 1.0);
}

TEST(RankSum, IntervalsNeedEnoughValues) {
  EXPECT_TRUE(std::isnan(shift_between({1, 2, 3}, {4, 5, 6}).low));
  const Spread four = shift_between({1, 2, 3, 4}, {11, 12, 13, 14});
  EXPECT_EQ(four.median, 10);
  EXPECT_EQ(four.low, 7);
  EXPECT_EQ(four.high, 13);
  Values large, shifted;
  for (int i = 0; i < 100000; ++i) {
    large.push_back(i * 1e-5);
    shifted.push_back(i * 1e-5 + 2);
  }
  const Spread shift = shift_between(large, shifted);
  EXPECT_NEAR(shift.median, 2, 1e-3);
  EXPECT_NEAR(shift.high - shift.low, 2 * 1.96 * std::sqrt(1.0 / 6 / 100000), 1e-3);  // uniform: variance 1/12 each
  EXPECT_NEAR(smallest_rank_sum_p(4, 4), 2.0 / 70, 1e-15);
  EXPECT_EQ(smallest_rank_sum_p(1, 1), 1.0);
}

TEST(RankSum, IntervalsCoverAndTestsKeepTheirLevel) {
  Rng rng(1, "coverage");
  int covered = 0, false_alarms = 0;
  constexpr int kTimes = 1000;
  for (int i = 0; i < kTimes; ++i) {
    Values a, b;
    for (int j = 0; j < 6; ++j) {
      a.push_back(rng.normal());
      b.push_back(rng.normal() + 3);
    }
    const Spread shift = shift_between(a, b);
    covered += shift.low <= 3 && 3 <= shift.high;
    for (double& each : b) each -= 3;
    false_alarms += rank_sum_p(a, b) <= 0.05;
  }
  EXPECT_GE(covered, 950 - 21);
  EXPECT_LE(false_alarms, 50 + 21);
}

TEST(RankSum, DirectionAndMisses) {
  const double miss = std::numeric_limits<double>::infinity();
  EXPECT_EQ(compare_samples({1, 2, 3}, {4, 5, 6}).direction, 1);
  EXPECT_EQ(compare_samples({4, 5, 6}, {1, 2, 3}).direction, -1);
  EXPECT_EQ(compare_samples({1, 4}, {2, 3}).direction, 0);
  EXPECT_EQ(compare_samples({1, 2, 3, 4}, {miss, miss, miss, miss}).shift.low, miss);
  EXPECT_EQ(compare_samples({miss, miss}, {miss, miss}).shift.median, 0);
}

}  // namespace
}  // namespace physgrad
