#include "physgrad/catalogue/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace physgrad {
namespace {

constexpr std::array<long, 12> kPrimes = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
/// Found by a search over all, for the smallest correlation of any two axes over 23 points.
constexpr std::array<long, 12> kFactors = {1, 1, 1, 2, 5, 12, 1, 16, 1, 8, 12, 7};

/// Small primes fill their axis soonest, so that what no method has together shares one: kinds of damping, what an
/// approximation of the inverse has beside it, settings of one physics step, of one rule.
constexpr std::pair<std::string_view, long> kBases[] = {
    {"rate", 2},    {"batch", 3}, {"schedule", 5},    {"tau", 7},          {"damping", 7},        {"accuracy", 11},
    {"sketch", 11}, {"rtol", 11}, {"iterations", 11}, {"physics_tau", 13}, {"inner_rate", 13},    {"search", 13},
    {"eta", 17},    {"rank", 17}, {"momentum", 19},   {"bias_rate", 23},   {"hessian_power", 23}, {"norm_bound", 23}};

double rounded(double value) { return std::strtod(fmt::format("{:.2g}", value).c_str(), nullptr); }

/// Where a model of the loss says how long an update is, its rate only says how long it may be.
bool is_bound_alone(const SettingSpec& spec, const Settings& settings) {
  return spec.key == "rate" && settings.knows("search") && settings.text("search") == "model";
}

bool in_use(const SettingSpec& spec, const Settings& settings) {
  if (is_bound_alone(spec, settings)) return false;
  if (!spec.tuning || (spec.idle && !spec.idle(settings).empty())) return false;
  return !spec.tuning->unless_zero || std::get<double>(spec.value) > 0;
}

/// Where an inverse scales the step, rates are near 1: half as many decades downwards, and up to 1.
SearchRange around(const SettingSpec& spec, bool inverse, double wider) {
  const double value = std::get<double>(spec.value), factor = spec.tuning->around;
  if (inverse) return {spec.key, value / (std::sqrt(factor) * wider), std::max(1.0, value), true};
  return {spec.key, value / (factor * wider), value * factor * wider, true};
}

SearchRange absolute(const SettingSpec& spec) {
  SearchRange range{spec.key, spec.tuning->low, spec.tuning->high, spec.tuning->logarithmic};
  for (auto i = static_cast<std::size_t>(range.low); !spec.choices.empty() && i <= static_cast<std::size_t>(range.high);
       ++i)
    range.words.push_back(spec.choices.at(i));
  range.whole = spec.kind == SettingKind::integer;
  return range;
}

}  // namespace

SettingValue SearchRange::at(double share) const {
  if (!words.empty())
    return words[std::min(static_cast<std::size_t>(share * static_cast<double>(words.size())), words.size() - 1)];
  const double value = logarithmic ? low * std::pow(high / low, share) : low + (high - low) * share;
  if (key == "batch") return std::clamp(std::exp2(std::round(std::log2(value))), low, high);
  return std::clamp(whole ? std::round(rounded(value)) : rounded(value), low, high);
}

std::vector<SearchRange> search_space(const std::vector<SettingSpec>& specs, double samples, double wider) {
  const auto of_inverse = [](const SettingSpec& spec) { return spec.tuning && spec.tuning->of_inverse; };
  const bool inverse = std::ranges::any_of(specs, of_inverse);
  const Settings settings(specs);
  std::vector<SearchRange> relative, batch, others;
  for (const SettingSpec& spec : specs) {
    if (!in_use(spec, settings)) continue;
    const TuningRange& range = *spec.tuning;
    if (range.around > 0) {
      relative.push_back(around(spec, inverse, wider));
    } else if (spec.key != "batch") {
      others.push_back(absolute(spec));
    } else if (samples > 1) {
      const double most = std::min(samples, inverse ? range.high / 4 : range.high);
      batch.push_back({spec.key, std::min(range.low, most), most, range.logarithmic});
    }
  }
  for (const auto& more : {batch, others}) relative.insert(relative.end(), more.begin(), more.end());
  return relative;
}

double radical_inverse(long index, long base, long factor) {
  if (index < 1 || base < 2)
    throw std::invalid_argument(
        fmt::format("radical inverse of {} in base {}: expected 1 or more, in 2 or more", index, base));
  double inverse = 0, share = 1;
  for (long rest = index; rest > 0; rest /= base) {
    share /= static_cast<double>(base);
    inverse += share * static_cast<double>(rest % base * factor % base);
  }
  return inverse;
}

long digit_factor(long base) {
  const auto* own = std::ranges::find(kPrimes, base);
  if (own == kPrimes.end()) throw std::invalid_argument(fmt::format("base {}: expected a prime up to 37", base));
  return kFactors[static_cast<std::size_t>(own - kPrimes.begin())];
}

std::vector<long> halton_bases(const std::vector<SearchRange>& space) {
  std::vector<long> bases(space.size(), 0);
  const auto taken = [&](long prime) { return std::ranges::find(bases, prime) != bases.end(); };
  for (std::size_t d = 0; d < space.size(); ++d)
    if (const auto* own = std::ranges::find(kBases, space[d].key, [](const auto& each) { return each.first; });
        own != std::end(kBases) && !taken(own->second))
      bases[d] = own->second;
  // Settings that programs add, from the largest downwards, which the others do not have.
  for (long& base : bases) {
    if (base != 0) continue;
    const auto next = std::find_if_not(kPrimes.rbegin(), kPrimes.rend(), taken);
    if (next == kPrimes.rend())
      throw std::invalid_argument(
          fmt::format("a search over {} settings: expected at most {}", space.size(), kPrimes.size()));
    base = *next;
  }
  return bases;
}

SettingMap trial_point(const std::vector<SearchRange>& space, long index) {
  const std::vector<long> bases = halton_bases(space);
  SettingMap point;
  for (std::size_t d = 0; d < space.size(); ++d)
    point[space[d].key] = space[d].at(radical_inverse(index, bases[d], digit_factor(bases[d])));
  return point;
}

}  // namespace physgrad
