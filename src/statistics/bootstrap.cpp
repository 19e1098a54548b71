#include "physgrad/statistics/bootstrap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "physgrad/core/rng.hpp"

namespace physgrad {
namespace {

/// The first entry of (value, count), sorted, at which `needed` resamples are reached.
template <typename Range>
double value_at_count(const Range& medians, int needed) {
  int seen = 0;
  for (const auto& [value, count] : medians)
    if ((seen += count) >= needed) return value;
  return medians.back().first;
}

}  // namespace

// Where a resample has its median depends on the drawn positions in the sorted sample alone. Drawing positions once for
// each size makes ten thousand resamples of a thousand samples affordable.
const std::vector<MedianBootstrap::Middle>& MedianBootstrap::middles(std::size_t size) {
  const auto [at, fresh] = middles_.try_emplace(size);
  if (!fresh) return at->second;
  Rng rng(seed_, fmt::format("bootstrap {}", size));
  std::map<std::pair<std::size_t, std::size_t>, int> counts;
  std::vector<std::size_t> drawn(size);
  for (int resample = 0; resample < kResamples; ++resample) {
    for (std::size_t& each : drawn) each = static_cast<std::size_t>(rng.integer(0, static_cast<Index>(size) - 1));
    const auto low = drawn.begin() + static_cast<std::ptrdiff_t>((size - 1) / 2);
    std::nth_element(drawn.begin(), low, drawn.end());
    const std::size_t high = size % 2 == 1 ? *low : *std::min_element(low + 1, drawn.end());
    ++counts[{*low, high}];
  }
  for (const auto& [middle, count] : counts) at->second.push_back({middle.first, middle.second, count});
  return at->second;
}

Spread MedianBootstrap::interval(std::vector<double> values, double confidence) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) {
    const double absent = std::numeric_limits<double>::quiet_NaN();
    return {absent, absent, absent};
  }
  std::ranges::sort(values);
  std::vector<std::pair<double, int>> medians;
  for (const Middle& middle : middles(values.size()))
    medians.emplace_back(quantile({values[middle.low], values[middle.high]}, 0.5), middle.count);
  std::ranges::sort(medians);
  const int outside = std::max(1, static_cast<int>((1 - confidence) / 2 * kResamples));
  const double low = value_at_count(medians, outside);
  std::ranges::reverse(medians);
  return {quantile(std::move(values), 0.5), low, value_at_count(medians, outside)};
}

}  // namespace physgrad
