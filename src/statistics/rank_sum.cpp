#include "physgrad/statistics/rank_sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace physgrad {
namespace {

constexpr double kOutside = 0.025;  // on either side of an interval of 95 %

/// Twice the rank of every value of `a` and then of `b` among all, counted from 1: whole numbers with ties too.
std::vector<std::size_t> doubled_ranks(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  std::vector<double> sorted = all;
  std::ranges::sort(sorted);
  std::vector<std::size_t> ranks;
  for (const double each : all) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), each);
    ranks.push_back(static_cast<std::size_t>(first - sorted.begin()) + 1 +
                    static_cast<std::size_t>(last - sorted.begin()));
  }
  return ranks;
}

/// By sum: how many of the choices of `size` of these ranks have it. Rank by rank, with or without it; counts of up to
/// 2^40 choices are exact.
std::vector<double> sum_counts(const std::vector<std::size_t>& ranks, std::size_t size) {
  const std::size_t most = std::accumulate(ranks.begin(), ranks.end(), std::size_t{0});
  std::vector<std::vector<double>> counts(size + 1, std::vector<double>(most + 1, 0.0));
  counts[0][0] = 1;
  for (const std::size_t rank : ranks)
    for (std::size_t chosen = size; chosen-- > 0;)
      for (std::size_t sum = most + 1; sum-- > rank;) counts[chosen + 1][sum] += counts[chosen][sum - rank];
  return counts[size];
}

std::size_t sum_of_first(const std::vector<std::size_t>& ranks, std::size_t count) {
  return std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(count), std::size_t{0});
}

double counted_p(const std::vector<std::size_t>& ranks, std::size_t size) {
  const std::vector<double> counts = sum_counts(ranks, size);
  const auto distance = [&](std::size_t sum) {  // from what is expected, 2 size (N + 1) / 2
    return std::abs(static_cast<double>(sum) - static_cast<double>(size * (ranks.size() + 1)));
  };
  const double found = distance(sum_of_first(ranks, size));
  double as_far = 0, all = 0;
  for (std::size_t sum = 0; sum < counts.size(); ++sum) {
    all += counts[sum];
    if (distance(sum) >= found) as_far += counts[sum];
  }
  return as_far / all;
}

double normal_p(std::vector<std::size_t> ranks, std::size_t size) {
  const double n = static_cast<double>(ranks.size()), a = static_cast<double>(size), b = n - a;
  const double distance = std::abs(0.5 * static_cast<double>(sum_of_first(ranks, size)) - 0.5 * a * (n + 1));
  std::ranges::sort(ranks);
  double ties = 0;
  for (auto at = ranks.begin(); at != ranks.end();) {
    const auto next = std::find_if(at, ranks.end(), [&](std::size_t each) { return each != *at; });
    const double equal = static_cast<double>(next - at);
    ties += equal * (equal * equal - 1);
    at = next;
  }
  const double variance = a * b / 12 * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  return std::min(1.0, std::erfc(std::max(0.0, distance - 0.5) / std::sqrt(2 * variance)));
}

/// How many of the sorted differences may lie outside the interval on either side.
std::size_t differences_outside(std::size_t a, std::size_t b) {
  const double products = static_cast<double>(a * b);
  if (a + b > kMostCountedRanks) {
    const double deviation = std::sqrt(products * static_cast<double>(a + b + 1) / 12);
    return static_cast<std::size_t>(std::max(0.0, std::floor(products / 2 - 1.959964 * deviation)));
  }
  std::vector<std::size_t> ranks(a + b);
  std::iota(ranks.begin(), ranks.end(), std::size_t{1});
  const std::vector<double> counts = sum_counts(ranks, a);
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  double below = 0;
  for (std::size_t u = 0;; ++u) {
    below += counts[a * (a + 1) / 2 + u];
    if (below > kOutside * all) return u;
  }
}

/// At most kMostValues order statistics, evenly spaced, stand for a larger sample: all differences of two samples take
/// the product of their sizes.
std::vector<double> thinned(std::vector<double> values) {
  constexpr std::size_t kMostValues = 1000;
  if (values.size() <= kMostValues) return values;
  std::ranges::sort(values);
  std::vector<double> result;
  for (std::size_t i = 0; i < kMostValues; ++i)
    result.push_back(values[(2 * i + 1) * values.size() / (2 * kMostValues)]);
  return result;
}

/// Infinite minus infinite: equal misses do not differ.
double difference(double b, double a) { return a == b ? 0 : b - a; }

}  // namespace

double rank_sum_p(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.empty() || b.empty()) return 1;
  const std::vector<std::size_t> ranks = doubled_ranks(a, b);
  return ranks.size() > kMostCountedRanks ? normal_p(ranks, a.size()) : counted_p(ranks, a.size());
}

double smallest_rank_sum_p(std::size_t a, std::size_t b) {
  double ways = 1;  // to choose a of a + b
  for (std::size_t i = 1; i <= a; ++i) ways *= static_cast<double>(b + i) / static_cast<double>(i);
  return std::min(1.0, 2 / ways);
}

Spread shift_between(const std::vector<double>& a, const std::vector<double>& b) {
  constexpr double absent = std::numeric_limits<double>::quiet_NaN();
  if (a.empty() || b.empty()) return {absent, absent, absent};
  const std::vector<double> few_a = thinned(a), few_b = thinned(b);
  std::vector<double> differences;
  for (const double of_b : few_b)
    for (const double of_a : few_a) differences.push_back(difference(of_b, of_a));
  std::ranges::sort(differences);
  std::size_t outside = differences_outside(a.size(), b.size());
  if (differences.size() < a.size() * b.size()) {
    const double share = static_cast<double>(outside) / (static_cast<double>(a.size()) * static_cast<double>(b.size()));
    outside = static_cast<std::size_t>(share * static_cast<double>(differences.size()));
  }
  const double median = quantile(differences, 0.5);
  if (outside == 0) return {median, absent, absent};
  return {median, differences[outside - 1], differences[differences.size() - outside]};
}

SampleComparison compare_samples(const std::vector<double>& a, const std::vector<double>& b) {
  SampleComparison result{shift_between(a, b), rank_sum_p(a, b), 0};
  if (a.empty() || b.empty()) return result;
  const std::size_t sum = sum_of_first(doubled_ranks(a, b), a.size()), expected = a.size() * (a.size() + b.size() + 1);
  result.direction = (sum < expected) - (sum > expected);  // low ranks in a: b is larger
  return result;
}

}  // namespace physgrad
