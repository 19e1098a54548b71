#pragma once
// The one reader of numbers that a person wrote: command line, settings, lists.
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace physgrad {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Every whole number up to this one is a double of its own.
inline constexpr std::uint64_t kLargestExact = 9007199254740992;

/// A decimal number: digits with a fraction and an exponent where wanted ("12", "010" is ten, ".5", "1e-3"). Nothing
/// for any other text ('+' or blanks in front, hexadecimal, inf, nan, anything behind the number) and for what double
/// cannot hold (1e400, and 1e-400, which would be 0). Knows no locale; -0 is 0.
[[nodiscard]] std::optional<double> read_number(std::string_view text);

/// The same, where the number is whole and at least 0, exactly: "1e3" and "1.5e1" are whole, 2^64 - 1 keeps every
/// digit. Nothing beyond that.
[[nodiscard]] std::optional<std::uint64_t> read_whole(std::string_view text);

/// As above, for the option or key `name`. Throw UsageError "<name> cannot be '<text>'; expected ..." with what is
/// allowed: a number above 0, a whole number from low to high.
[[nodiscard]] double positive_number(std::string_view name, std::string_view text);
[[nodiscard]] std::uint64_t whole_number(std::string_view name, std::string_view text, std::uint64_t low,
                                         std::uint64_t high);

}  // namespace physgrad
