#include "physgrad/core/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "physgrad/core/settings.hpp"

namespace physgrad {
namespace {

/// The digits of a number without its point, and the power of ten that they are to be multiplied by.
struct Decimal {
  std::string digits;
  long power = 0;
};

/// Of a text that is a number.
Decimal decimal_of(std::string_view text) {
  Decimal decimal;
  const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
  const std::size_t point = std::min(text.find('.'), exponent);
  decimal.digits = std::string(text.substr(0, point));
  if (point < exponent) decimal.digits += text.substr(point + 1, exponent - point - 1);
  if (exponent < text.size()) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    std::from_chars(power.data(), power.data() + power.size(), decimal.power);  // fits: double holds the number
  }
  if (point < exponent) decimal.power -= static_cast<long>(exponent - point - 1);
  return decimal;
}

}  // namespace

std::optional<double> read_number(std::string_view text) {
  const std::string_view size = text.substr(text.starts_with('-') ? 1 : 0);
  if (size.empty() || (size.front() != '.' && (size.front() < '0' || size.front() > '9'))) return {};
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return {};
  const std::string_view digits = size.substr(0, size.find_first_of("eE"));
  if (number == 0 && digits.find_first_of("123456789") != std::string_view::npos) return {};
  return number == 0 ? 0.0 : number;
}

std::optional<std::uint64_t> read_whole(std::string_view text) {
  const bool digits_alone = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  std::string digits(text);
  if (!digits_alone) {
    const std::optional<double> number = read_number(text);
    if (!number || *number < 0) return {};
    if (*number == 0) return 0;
    if (*number > 2e19) return {};  // beyond 2^64
    Decimal decimal = decimal_of(text);
    for (; decimal.power < 0; ++decimal.power) {
      if (decimal.digits.empty() || decimal.digits.back() != '0') return {};
      decimal.digits.pop_back();
    }
    digits = decimal.digits.append(static_cast<std::size_t>(decimal.power), '0');
  }
  std::uint64_t whole = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  return result.ec == std::errc{} ? std::optional(whole) : std::nullopt;
}

double positive_number(std::string_view name, std::string_view text) {
  const std::optional<double> number = read_number(text);
  if (!number || !(*number > 0))
    throw UsageError(fmt::format("{} cannot be '{}'; expected a number above 0, such as 10, 0.5 or 1e-3", name, text));
  return *number;
}

std::uint64_t whole_number(std::string_view name, std::string_view text, std::uint64_t low, std::uint64_t high) {
  const std::optional<std::uint64_t> number = read_whole(text);
  if (!number || *number < low || *number > high)
    throw UsageError(
        low == 1 ? fmt::format("{} cannot be '{}'; expected a whole number above 0, at most {}", name, text, high)
                 : fmt::format("{} cannot be '{}'; expected a whole number in [{}, {}]", name, text, low, high));
  return *number;
}

}  // namespace physgrad
