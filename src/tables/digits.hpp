#pragma once
// How many digits of a number people read: what its spread supports.
#include <string>

#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

/// What is no ordinary number, and what a number counts.
struct NumberStyle {
  const char* infinite = "inf";
  bool whole = false;  ///< a count: nothing behind the point
};

/// Three significant digits; "-" where absent.
[[nodiscard]] std::string number_text(double value, const NumberStyle& style = {});

/// The three numbers of a spread as people read them.
struct SpreadTexts {
  std::string median, low, high;
};
/// All three to the decimal place of the second significant digit of high - low, but each to at least two significant
/// digits of its own and to at most six. Three digits each where high - low is not above 0 and finite.
[[nodiscard]] SpreadTexts spread_texts(const Spread& value, const NumberStyle& style = {});
/// "median [low, high]"; the median alone where there is no interval, or none of any width.
[[nodiscard]] std::string spread_text(const Spread& value, const NumberStyle& style = {});

}  // namespace physgrad
