#pragma once
// Texts in gnuplot's language.
#include <cstddef>
#include <string>

namespace physgrad {

inline constexpr std::size_t kLongestText = 100;  ///< characters of what a picture says in one place

/// Printable UTF-8 of at most so many characters, the middle left out: control characters are spaces, what is no UTF-8
/// is a question mark.
[[nodiscard]] std::string printable_text(const std::string& text, std::size_t longest = kLongestText);
/// As it is, in quotes.
[[nodiscard]] std::string gnuplot_literal(const std::string& text);
/// A printable text as a literal of gnuplot in which nothing means anything.
[[nodiscard]] std::string gnuplot_text(const std::string& text);
/// The same of a name at an axis, where gnuplot takes a literal for a format.
[[nodiscard]] std::string tick_text(const std::string& text);

}  // namespace physgrad
