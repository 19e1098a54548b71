#include "physgrad/catalogue/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace physgrad {
namespace {

double rounded(double value) { return std::strtod(fmt::format("{:.2g}", value).c_str(), nullptr); }

bool in_use(const SettingSpec& spec) {
  return spec.tuning && (!spec.tuning->unless_zero || std::get<double>(spec.value) > 0);
}

/// Where an inverse scales the step, rates are near 1: half as many decades downwards, and up to 1.
SearchRange around(const SettingSpec& spec, bool inverse) {
  const double value = std::get<double>(spec.value), factor = spec.tuning->around;
  if (inverse) return {spec.key, value / std::sqrt(factor), std::max(1.0, value), true};
  return {spec.key, value / factor, value * factor, true};
}

}  // namespace

SettingValue SearchRange::at(double share) const {
  const double value = logarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
  if (key == "batch") return std::clamp(std::exp2(std::round(std::log2(value))), low, high);
  return std::clamp(rounded(value), low, high);
}

std::vector<SearchRange> search_space(const std::vector<SettingSpec>& specs, double samples) {
  const auto of_inverse = [](const SettingSpec& spec) { return spec.tuning && spec.tuning->of_inverse; };
  const bool inverse = std::ranges::any_of(specs, of_inverse);
  std::vector<SearchRange> relative, batch, others;
  for (const SettingSpec& spec : specs) {
    if (!in_use(spec)) continue;
    const TuningRange& range = *spec.tuning;
    if (range.around > 0) {
      relative.push_back(around(spec, inverse));
    } else if (spec.key != "batch") {
      others.push_back({spec.key, range.low, range.high, range.logarithmic});
    } else if (samples > 1) {
      const double most = std::min(samples, inverse ? range.high / 4 : range.high);
      batch.push_back({spec.key, std::min(range.low, most), most, range.logarithmic});
    }
  }
  for (const auto& more : {batch, others}) relative.insert(relative.end(), more.begin(), more.end());
  return relative;
}

std::vector<double> halton_point(long index, std::size_t dimensions) {
  constexpr std::array<long, 12> primes = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
  if (dimensions > primes.size() || index < 1)
    throw std::invalid_argument(fmt::format("Halton point {} in {} dimensions: expected an index from 1, at most {}",
                                            index, dimensions, primes.size()));
  std::vector<double> point(dimensions, 0.0);
  for (std::size_t d = 0; d < dimensions; ++d) {
    double share = 1;
    for (long rest = index; rest > 0; rest /= primes[d]) {
      share /= static_cast<double>(primes[d]);
      point[d] += share * static_cast<double>(rest % primes[d]);
    }
  }
  return point;
}

}  // namespace physgrad
