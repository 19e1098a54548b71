#pragma once
// Tables wider than a line: headers and texts on several lines, then blocks of columns under each other. No entry is
// left out.
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/tables/table.hpp"

namespace physgrad {

/// The texts of a table by line, that of the headers first; the best entries stand between `open` and `close`.
using TextGrid = std::vector<std::vector<std::string>>;
[[nodiscard]] TextGrid text_grid(const Table& table, const std::string& open, const std::string& close);
/// The widest text of each column as terminals show it, at least `least`.
[[nodiscard]] std::vector<std::size_t> grid_widths(const TextGrid& grid, std::size_t least);

/// Columns that stand beside each other, and their widths.
struct ColumnBlock {
  std::vector<std::size_t> columns, widths;
};

inline constexpr std::size_t kColumnGap = 2;  ///< beside every column

/// Blocks no wider than `room` columns of a terminal, gaps included, where entries without blanks permit. Each begins
/// with the columns that tell the rows apart. Widths are such that wrapped_text() breaks headers and texts, and
/// numbers only where nothing else is left. One block of natural widths where that fits, or with no room at all (0).
[[nodiscard]] std::vector<ColumnBlock> column_blocks(const Table& table, const TextGrid& grid, std::size_t room);

/// Lines of at most `width` columns: broken at blanks, and within a longer word behind a comma and the like.
[[nodiscard]] std::vector<std::string> wrapped_text(const std::string& text, std::size_t width);

}  // namespace physgrad
