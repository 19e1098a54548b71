// Exact tests against published tables and hands, and the correction for many comparisons.
#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/core/numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace physgrad {
namespace {

/// Differences of sizes 1 .. n, negative at the given ranks.
std::vector<double> ranks(int n, const std::vector<int>& negative) {
  std::vector<double> result;
  for (int rank = 1; rank <= n; ++rank) result.push_back(rank);
  for (const int rank : negative) result[static_cast<std::size_t>(rank) - 1] *= -1;
  return result;
}

TEST(Wilcoxon, SmallSamplesByHand) {
  EXPECT_EQ(wilcoxon_p(ranks(6, {})), 2.0 / 64);
  EXPECT_EQ(wilcoxon_p(ranks(6, {1})), 4.0 / 64);   // sums 0 and 1
  EXPECT_EQ(wilcoxon_p(ranks(6, {3})), 10.0 / 64);  // 0; 1; 2; 3, 1+2: five orders
  EXPECT_EQ(wilcoxon_p(ranks(6, {1, 2})), 10.0 / 64);
  EXPECT_EQ(wilcoxon_p(ranks(6, {2, 3, 4, 5, 6})), 4.0 / 64);
  EXPECT_EQ(wilcoxon_p(ranks(3, {3})), 1.0);  // 3 of 6, the middle of the distribution
  EXPECT_EQ(wilcoxon_p(ranks(1, {})), 1.0);
  EXPECT_EQ(wilcoxon_p({}), 1.0);
}

// Critical values of the published table (two-sided 0.05; Wilcoxon and Wilcox 1964): 0, 2, 3, 5, 8, 13, 25, 52, 137 for
// n = 6, 7, 8, 9, 10, 12, 15, 20, 30. The sum is significant, the next larger one is not.
TEST(Wilcoxon, PublishedCriticalValues) {
  const std::vector<std::pair<int, int>> table = {{6, 0},   {7, 2},   {8, 3},   {9, 5},   {10, 8},
                                                  {12, 13}, {15, 25}, {20, 52}, {30, 137}};
  for (const auto& [n, critical] : table)
    for (const int sum : {critical, critical + 1}) {
      std::vector<int> negative;
      int left = sum;
      for (int rank = n; rank >= 1; --rank)
        if (rank <= left) {
          negative.push_back(rank);
          left -= rank;
        }
      EXPECT_EQ(wilcoxon_p(ranks(n, negative)) <= 0.05, sum == critical) << n << " " << sum;
    }
}

TEST(Wilcoxon, FiftyPairsDoNotOverflow) {
  EXPECT_EQ(wilcoxon_p(ranks(50, {})), std::ldexp(1.0, -49));
  EXPECT_LE(wilcoxon_p(ranks(50, {50, 49})), 1e-6);
}

TEST(Wilcoxon, RefusesWhatItIsNotExactFor) {
  for (const std::vector<double>& differences :
       {std::vector<double>{1, -1}, {0, 1}, {kInfinity, 1}, {std::nan(""), 1}, std::vector<double>(51, 1.0)}) {
    EXPECT_FALSE(wilcoxon_applies(differences));
    EXPECT_THROW((void)wilcoxon_p(differences), std::invalid_argument);
  }
}

TEST(SignTest, ByHand) {
  EXPECT_EQ(sign_test_p(6, 0), 2.0 / 64);
  EXPECT_EQ(sign_test_p(1, 5), 14.0 / 64);
  EXPECT_EQ(sign_test_p(3, 3), 1.0);
  EXPECT_EQ(sign_test_p(0, 0), 1.0);
  EXPECT_NEAR(sign_test_p(2, 10), 158.0 / 4096, 1e-15);  // 2 (1 + 12 + 66) / 2^12
  EXPECT_GT(sign_test_p(990, 1010), 0.5);                // thousands neither overflow nor vanish
}

TEST(Holm, ByHand) {
  // Sorted 0.01, 0.02, 0.03, 0.04: times 4, 3, 2, 1 gives 0.04, 0.06, 0.06, 0.04, and no corrected p may fall.
  const std::vector<double> corrected = holm_corrected({0.04, 0.01, 0.03, 0.02});
  const std::vector<double> expected = {0.06, 0.04, 0.06, 0.06};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(corrected[i], expected[i], 1e-15) << i;
  EXPECT_EQ(holm_corrected({0.5, 0.9}), (std::vector<double>{1.0, 1.0}));
  EXPECT_EQ(holm_corrected({0.03}), (std::vector<double>{0.03}));
  EXPECT_TRUE(holm_corrected({}).empty());
}

TEST(LogRatio, TiesMissesAndValuesWithoutARatio) {
  EXPECT_NEAR(log_ratio(2, 1), std::log(2.0), 1e-15);
  EXPECT_EQ(log_ratio(kInfinity, kInfinity), 0);
  EXPECT_EQ(log_ratio(0, 0), 0);
  EXPECT_EQ(log_ratio(1, kInfinity), -kInfinity);
  EXPECT_EQ(log_ratio(kInfinity, 1), kInfinity);
  EXPECT_EQ(log_ratio(0, 1), -kInfinity);
  EXPECT_EQ(log_ratio(-2, -1), -kInfinity);
  EXPECT_EQ(log_ratio(1, -1), kInfinity);
  EXPECT_TRUE(std::isnan(log_ratio(std::nan(""), 1)));
}

TEST(PairedComparison, ChoosesTheTestBySizes) {
  EXPECT_EQ(compare_pairs({1, 2, 3, 4, 5, -6}).test, PairedTest::wilcoxon);
  EXPECT_EQ(compare_pairs({1, 2, 3, 4, 5, -5}).test, PairedTest::sign);
  EXPECT_EQ(compare_pairs({1, 2, 3, 4, 5, 0}).test, PairedTest::sign);
  EXPECT_EQ(compare_pairs({1, 2, 3, 4, 5, -kInfinity}).test, PairedTest::sign);
  EXPECT_EQ(compare_pairs({}).test, PairedTest::none);
  EXPECT_EQ(compare_pairs({0, 0, 0, 0, 0, 0, 0}).p, 1.0);
  EXPECT_EQ(compare_pairs({std::nan(""), 1, 2}).pairs, 2u);
}

// n = 6: P(all on one side) = 2/64, so smallest and largest. n = 9: P(at most 1 below) = 10/512, so the 2nd and the
// 8th.
TEST(PairedComparison, MedianAndItsInterval) {
  const PairedComparison six = compare_pairs({6, 5, 4, 3, 2, 1});
  EXPECT_EQ(six.log_ratio.median, 3.5);
  EXPECT_EQ(six.log_ratio.low, 1);
  EXPECT_EQ(six.log_ratio.high, 6);
  const PairedComparison nine = compare_pairs({9, 8, 7, 6, 5, 4, 3, 2, -kInfinity});
  EXPECT_EQ(nine.log_ratio.median, 5);
  EXPECT_EQ(nine.log_ratio.low, 2);
  EXPECT_EQ(nine.log_ratio.high, 8);
  EXPECT_TRUE(std::isnan(compare_pairs({1, 2, 3, 4, 5}).log_ratio.low));
  EXPECT_TRUE(std::isnan(compare_pairs({-kInfinity, kInfinity}).log_ratio.median));
  EXPECT_EQ(compare_pairs({-kInfinity, 3}).log_ratio.median, -kInfinity);
}

TEST(Verdicts, NeedSixPairsSignificanceAndAgreement) {
  const PairedComparison better = compare_pairs({-1, -2, -3, -4, -5, -6});
  EXPECT_EQ(decide(better, better.p), Verdict::a);
  EXPECT_EQ(decide(better, 0.051), Verdict::unresolved);
  EXPECT_EQ(decide(compare_pairs({1, 2, 3, 4, 5, 6}), 0.04), Verdict::b);
  EXPECT_EQ(decide(compare_pairs({1, 2, 3, 4, 5}), 0.0), Verdict::unresolved);
  EXPECT_EQ(decide(compare_pairs({}), 0.0), Verdict::unresolved);
  // Seven small losses against six large gains: the rank sum says larger, the median smaller.
  const PairedComparison split = compare_pairs({-1, -2, -3, -4, -5, -6, -7, 20, 21, 22, 23, 24, 25});
  EXPECT_EQ(split.direction, 1);
  EXPECT_LT(split.log_ratio.median, 0);
  EXPECT_EQ(decide(split, 0.01), Verdict::unresolved);
  // Misses decide by their sign: better on nine seeds, equal (both missed) on three.
  const std::vector<double> misses = {-kInfinity, -kInfinity, -kInfinity, -1, -1, -1, -2, -2, -2, 0, 0, 0};
  const PairedComparison missed = compare_pairs(misses);
  EXPECT_EQ(missed.p, 2.0 / 512);
  EXPECT_EQ(decide(missed, missed.p), Verdict::a);
}

// Six comparisons of three seeds: p is 1/4 at best. Of six seeds: 6 * 2/64 > 0.05. Of eight: 6 * 2/256 < 0.05.
TEST(Verdicts, HowManySeedsAreNeeded) {
  EXPECT_EQ(smallest_p(3), 0.25);
  EXPECT_EQ(smallest_p(0), 1.0);
  EXPECT_EQ(pairs_needed(1), 6u);
  EXPECT_EQ(pairs_needed(2), 7u);
  EXPECT_EQ(pairs_needed(6), 8u);
  EXPECT_EQ(pairs_needed(45), 11u);
}

}  // namespace
}  // namespace physgrad
