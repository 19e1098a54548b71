#include "physgrad/statistics/paired_comparison.hpp"
#include "physgrad/core/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace physgrad {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostPairs = 50;  // 2^50 orders of signs are counted without rounding

/// Probabilities of 0 .. n heads of n fair coins, by Pascal's rule: exact while n <= 53, and never an overflow.
std::vector<double> fair_coins(std::size_t n) {
  std::vector<double> result(n + 1, 0.0);
  result[0] = 1;
  for (std::size_t coins = 1; coins <= n; ++coins) {
    for (std::size_t heads = coins; heads > 0; --heads) result[heads] = 0.5 * (result[heads] + result[heads - 1]);
    result[0] *= 0.5;
  }
  return result;
}

/// How many of the 2^n orders of signs give each sum of positive ranks: rank by rank, with or without it.
std::vector<double> rank_sum_counts(std::size_t n) {
  std::vector<double> counts(n * (n + 1) / 2 + 1, 0.0);
  counts[0] = 1;
  for (std::size_t rank = 1; rank <= n; ++rank)
    for (std::size_t sum = counts.size(); sum-- > rank;) counts[sum] += counts[sum - rank];
  return counts;
}

std::vector<double> sorted_sizes(const std::vector<double>& differences) {
  std::vector<double> sizes;
  for (const double each : differences) sizes.push_back(std::abs(each));
  std::ranges::sort(sizes);
  return sizes;
}

std::size_t positive_rank_sum(const std::vector<double>& differences) {
  const std::vector<double> sizes = sorted_sizes(differences);
  std::size_t sum = 0;
  for (const double each : differences)
    if (each > 0) sum += static_cast<std::size_t>(std::ranges::lower_bound(sizes, each) - sizes.begin()) + 1;
  return sum;
}

/// Between the two middle values, where an infinity takes the whole weight and two opposite ones have no middle.
double middle(const std::vector<double>& sorted) {
  const double low = sorted[(sorted.size() - 1) / 2], high = sorted[sorted.size() / 2];
  if (low == high) return low;
  if (std::isinf(low) && std::isinf(high)) return kNaN;
  return 0.5 * low + 0.5 * high;
}

/// P(x_(k) <= median <= x_(n+1-k)) = 1 - 2 P(heads < k): the largest k that keeps 0.95.
Spread median_with_interval(std::vector<double> values) {
  if (values.empty()) return {kNaN, kNaN, kNaN};
  std::ranges::sort(values);
  const std::vector<double> coins = fair_coins(values.size());
  std::size_t k = 0;
  for (double below = coins[0]; 2 * below <= 1 - 0.95 && k < values.size() / 2; below += coins[k]) ++k;
  if (k == 0) return {middle(values), kNaN, kNaN};
  return {middle(values), values[k - 1], values[values.size() - k]};
}

int sign_of(double value) { return (value > 0) - (value < 0); }

void test_signs(const std::vector<double>& differences, PairedComparison& result) {
  const auto negative = static_cast<std::size_t>(std::ranges::count_if(differences, [](double d) { return d < 0; }));
  const auto positive = static_cast<std::size_t>(std::ranges::count_if(differences, [](double d) { return d > 0; }));
  result.test = PairedTest::sign;
  result.p = sign_test_p(negative, positive);
  result.direction = sign_of(static_cast<double>(positive) - static_cast<double>(negative));
}

}  // namespace

double log_ratio(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  if (a == b) return 0;
  if (a < 0 || b < 0) return a < b ? -kInfinity : kInfinity;
  return std::log(a) - std::log(b);
}

bool wilcoxon_applies(const std::vector<double>& differences) {
  if (differences.size() > kMostPairs) return false;
  const std::vector<double> sizes = sorted_sizes(differences);
  const bool plain = std::ranges::all_of(sizes, [](double size) { return size > 0 && std::isfinite(size); });
  return plain && std::ranges::adjacent_find(sizes) == sizes.end();
}

double wilcoxon_p(const std::vector<double>& differences) {
  if (!wilcoxon_applies(differences))
    throw std::invalid_argument("the exact signed-rank test takes at most 50 finite differences without zeros or ties");
  const std::vector<double> counts = rank_sum_counts(differences.size());
  const std::size_t sum = positive_rank_sum(differences);
  const std::size_t smaller = std::min(sum, counts.size() - 1 - sum);
  const auto tail_end = counts.begin() + static_cast<std::ptrdiff_t>(smaller) + 1;
  const double tail = std::accumulate(counts.begin(), tail_end, 0.0);
  return std::min(1.0, std::ldexp(2 * tail, -static_cast<int>(differences.size())));
}

double sign_test_p(std::size_t negative, std::size_t positive) {
  const std::vector<double> coins = fair_coins(negative + positive);
  const auto tail_end = coins.begin() + static_cast<std::ptrdiff_t>(std::min(negative, positive)) + 1;
  return std::min(1.0, 2 * std::accumulate(coins.begin(), tail_end, 0.0));
}

std::vector<double> holm_corrected(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t i, std::size_t j) { return p[i] < p[j]; });
  std::vector<double> result(p.size());
  double largest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    largest = std::max(largest, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    result[order[i]] = largest;
  }
  return result;
}

const char* to_text(PairedTest test) {
  if (test == PairedTest::wilcoxon) return "Wilcoxon";
  return test == PairedTest::sign ? "sign" : "-";
}

PairedComparison compare_pairs(std::vector<double> log_ratios) {
  std::erase_if(log_ratios, [](double value) { return std::isnan(value); });
  PairedComparison result;
  result.pairs = log_ratios.size();
  result.log_ratio = median_with_interval(log_ratios);
  if (log_ratios.empty()) return result;
  if (!wilcoxon_applies(log_ratios)) {
    test_signs(log_ratios, result);
    return result;
  }
  const std::size_t n = log_ratios.size();
  result.test = PairedTest::wilcoxon;
  result.p = wilcoxon_p(log_ratios);
  result.direction =
      sign_of(2.0 * static_cast<double>(positive_rank_sum(log_ratios)) - static_cast<double>(n * (n + 1) / 2));
  return result;
}

Verdict decide(const PairedComparison& comparison, double corrected_p) {
  const bool contradicted = sign_of(comparison.log_ratio.median) * comparison.direction < 0;
  if (comparison.pairs < kFewestPairs || !(corrected_p <= kSignificance) || contradicted) return Verdict::unresolved;
  if (comparison.direction == 0) return Verdict::unresolved;
  return comparison.direction < 0 ? Verdict::a : Verdict::b;
}

double smallest_p(std::size_t pairs) { return std::min(1.0, std::ldexp(1.0, 1 - static_cast<int>(pairs))); }

std::size_t pairs_needed(std::size_t comparisons) {
  std::size_t pairs = kFewestPairs;
  while (static_cast<double>(comparisons) * smallest_p(pairs) > kSignificance) ++pairs;
  return pairs;
}

}  // namespace physgrad
