#include "physgrad/statistics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace physgrad {

double quantile(std::vector<double> values, double share) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double place = share * static_cast<double>(values.size() - 1);
  const auto low = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::ranges::nth_element(values, low);
  const double weight = place - std::floor(place);
  if (weight == 0.0) return *low;
  const double above = *std::min_element(low + 1, values.end());
  // Infinity minus infinity would be NaN.
  return std::isinf(above) ? above : *low + weight * (above - *low);
}

Spread spread(const std::vector<double>& values) {
  const bool quartiles = values.size() >= 4;
  return {quantile(values, 0.5), quantile(values, quartiles ? 0.25 : 0.0), quantile(values, quartiles ? 0.75 : 1.0)};
}

MedianInterval median_interval(std::vector<double> values, double coverage) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::ranges::sort(values);
  const std::size_t count = values.size();
  MedianInterval best{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN(), 0.0};
  // The share of fair coin series with at most `cut` heads, term by term.
  double term = std::pow(0.5, static_cast<double>(count)), tail = 0.0;
  for (std::size_t cut = 0; 2 * cut + 1 < count; ++cut) {
    tail += term;
    if (1.0 - 2.0 * tail < coverage) break;
    best = {values[cut], values[count - 1 - cut], 1.0 - 2.0 * tail};
    term *= static_cast<double>(count - cut) / static_cast<double>(cut + 1);
  }
  return best;
}

double miss_if_absent(double value) { return std::isnan(value) ? std::numeric_limits<double>::infinity() : value; }

}  // namespace physgrad
