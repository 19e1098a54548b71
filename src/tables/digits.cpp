#include "physgrad/tables/digits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace physgrad {
namespace {

constexpr int kOfSpread = 2, kFewest = 2, kMost = 6;  // significant digits
constexpr int kSmallest = -4, kLargest = 4;           // powers of ten of medians that are written without an exponent

/// The power of ten of the first of `digits` significant digits, after rounding to them: -1 for 0.0996 and two.
int leading_power(double value, int digits) {
  const std::string text = fmt::format("{:.{}e}", std::abs(value), digits - 1);
  return std::stoi(text.substr(text.find('e') + 1));
}

double rounded(double value, int place) {
  if (place < 0) return std::strtod(fmt::format("{:.{}f}", value, -place).c_str(), nullptr);
  return std::round(value / std::pow(10.0, place)) * std::pow(10.0, place);
}

/// To the decimal place 10^place, within the bounds on significant digits.
std::string placed(double value, int place, bool scientific, const NumberStyle& style) {
  if (std::isinf(value)) return number_text(value, style);
  if (value == 0) return "0";
  const double near = rounded(value, place);
  const int wanted = near == 0 ? 0 : leading_power(near, kMost) - place + 1,
            digits = std::clamp(wanted, kFewest, kMost);
  const double shown = digits == wanted ? near : value;
  const int power = leading_power(shown, digits);
  if (scientific || power < kSmallest - 1) return fmt::format("{:.{}e}", shown, digits - 1);
  return fmt::format("{:.{}f}", shown, style.whole ? 0 : std::max(digits - 1 - power, 0));
}

}  // namespace

std::string number_text(double value, const NumberStyle& style) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return value > 0 ? style.infinite : fmt::format("-{}", style.infinite);
  return style.whole ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

SpreadTexts spread_texts(const Spread& value, const NumberStyle& style) {
  const double width = value.high - value.low;
  if (!(width > 0) || std::isinf(width) || std::isnan(value.median))
    return {number_text(value.median, style), number_text(value.low, style), number_text(value.high, style)};
  const int place = leading_power(width, kOfSpread) - kOfSpread + 1;
  const double typical = value.median == 0 || std::isinf(value.median) ? width : value.median;
  const int power = leading_power(typical, kFewest);
  const bool scientific = !style.whole && (power < kSmallest || power > kLargest);
  const auto text = [&](double number) {
    return placed(number, style.whole ? std::max(place, 0) : place, scientific, style);
  };
  return {text(value.median), text(value.low), text(value.high)};
}

std::string spread_text(const Spread& value, const NumberStyle& style) {
  if (std::isnan(value.low) || std::isnan(value.high) || value.low == value.high)
    return number_text(value.median, style);
  const SpreadTexts texts = spread_texts(value, style);
  return fmt::format("{} [{}, {}]", texts.median, texts.low, texts.high);
}

}  // namespace physgrad
