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

double number(const SettingMap& used, const std::string& key, double otherwise) {
  const auto entry = used.find(key);
  return entry == used.end() ? otherwise : std::get<double>(entry->second);
}

bool positive(const SettingMap& used, const std::string& key) { return number(used, key, 0) > 0; }

}  // namespace

SettingValue SearchRange::at(double share) const {
  const double value = logarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
  if (key == "batch") return std::clamp(std::exp2(std::round(std::log2(value))), low, high);
  return std::clamp(rounded(value), low, high);
}

std::vector<SearchRange> search_space(const SettingMap& used, double samples) {
  std::vector<SearchRange> ranges;
  const auto add = [&](const char* key, double low, double high, bool logarithmic) {
    if (used.contains(key)) ranges.push_back({key, low, high, logarithmic});
  };
  const bool joint = used.contains("tau") || used.contains("damping");
  if (positive(used, "rate")) {
    const double rate = number(used, "rate", 0), decades = joint ? 10 : 100;
    add("rate", rate / decades, joint ? std::max(1.0, rate) : rate * decades, true);
  }
  // Joint methods pay for a batch with its cube.
  if (samples > 1) {
    const double most = std::min(samples, joint ? 128.0 : 512.0);
    add("batch", std::min(8.0, most), most, true);
  }
  add("tau", 1e-8, 1e-1, true);
  add("physics_tau", 1e-8, 1e-1, true);
  add("damping", 1e-8, 1, true);
  add("eta", 0.1, 1, true);
  if (positive(used, "momentum")) add("momentum", 0.5, 0.99, false);
  if (positive(used, "bias_rate")) add("bias_rate", 1e-4, 1e-1, true);
  return ranges;
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
