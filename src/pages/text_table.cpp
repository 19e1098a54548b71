#include "physgrad/pages/text_table.hpp"

#include <algorithm>

#include "physgrad/pages/column_blocks.hpp"
#include "physgrad/pages/display_width.hpp"

namespace physgrad {
namespace {

constexpr const char *kBold = "\x1b[1m", *kBest = "\x1b[1;32m", *kPlain = "\x1b[0m";

std::string coloured(const std::string& text, const char* colour, const TextStyle& style) {
  return style.colours && !text.empty() ? colour + text + kPlain : text;
}

/// One line of the grid within a block: as many lines as its longest entry takes.
void add_line(const Table& table, const TextGrid& grid, std::size_t r, const ColumnBlock& block, const TextStyle& style,
              std::string& result) {
  std::vector<std::vector<std::string>> entries;
  std::size_t height = 1;
  for (std::size_t i = 0; i < block.columns.size(); ++i) {
    entries.push_back(wrapped_text(grid[r][block.columns[i]], block.widths[i]));
    height = std::max(height, entries.back().size());
  }
  for (std::size_t h = 0; h < height; ++h) {
    std::string line;
    std::size_t blanks = 0;
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      const std::size_t c = block.columns[i];
      // Headers stand on the line below them.
      const std::size_t lacking = r == 0 ? height - entries[i].size() : 0;
      const bool empty = h < lacking || h - lacking >= entries[i].size();
      const std::string text = empty ? std::string{} : entries[i][h - lacking];
      const std::size_t width = display_width(text), padding = block.widths[i] > width ? block.widths[i] - width : 0;
      blanks += kColumnGap + (table.columns[c].number ? padding : 0);
      if (!text.empty()) {
        const bool best = r > 0 && table.rows[r - 1][c].best;
        line += std::string(blanks, ' ') + (best ? coloured(text, kBest, style) : text);
        blanks = 0;
      }
      blanks += table.columns[c].number ? 0 : padding;
    }
    result += line + "\n";
  }
}

void add_block(const Table& table, const TextGrid& grid, const ColumnBlock& block, const TextStyle& style,
               std::string& result) {
  std::size_t width = 0;
  for (const std::size_t each : block.widths) width += each + kColumnGap;
  for (std::size_t r = 0; r < grid.size(); ++r) {
    add_line(table, grid, r, block, style, result);
    if (r == 0) result += "  " + std::string(width - kColumnGap, '-') + "\n";
  }
}

}  // namespace

std::string text_table(const Table& table, const TextStyle& style) {
  const auto lines = [&](const std::string& text, std::size_t indent) {
    const std::size_t room = std::max<std::size_t>(style.columns, 20) - indent;
    return style.columns == 0 ? std::vector<std::string>{text} : wrapped_text(text, room);
  };
  std::string result;
  for (const std::string& line : lines(table.title, 0)) result += coloured(line, kBold, style) + "\n";
  const TextGrid grid = text_grid(table, "*", "");
  bool first = true;
  for (const ColumnBlock& block : column_blocks(table, grid, style.columns)) {
    if (!first) result += "\n";
    add_block(table, grid, block, style, result);
    first = false;
  }
  for (const std::string& note : table.notes)
    for (const std::string& line : lines(note, kColumnGap)) result += "  " + line + "\n";
  return result;
}

}  // namespace physgrad
