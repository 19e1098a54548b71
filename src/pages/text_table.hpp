#pragma once
// A table for a terminal, or for a file that is read as one.
#include <string>

#include "physgrad/pages/render.hpp"

namespace physgrad {

/// Aligned by displayed width. Where the style has columns: as narrow as that, by headers and texts on several lines
/// and blocks of columns under each other, without leaving out a number.
[[nodiscard]] std::string text_table(const Table& table, const TextStyle& style);

}  // namespace physgrad
