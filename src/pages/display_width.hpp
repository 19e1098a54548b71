#pragma once
// How wide text is on a terminal.
#include <cstddef>
#include <string_view>

namespace physgrad {

/// The first character of a text in UTF-8 that is not empty.
[[nodiscard]] std::string_view first_character(std::string_view text);

/// Columns that one line of valid UTF-8 fills: 2 for the scripts and pictures that terminals draw wide, 0 for marks on
/// the character before. Knows no locale.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace physgrad
