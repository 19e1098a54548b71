#include "physgrad/pages/markdown_table.hpp"

#include <string_view>

#include "physgrad/pages/column_blocks.hpp"
#include "physgrad/pages/display_width.hpp"

namespace physgrad {
namespace {

bool is_word(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

/// Whether the letter at a place would be markup. An underscore between letters is none, and neither are a lone & or <.
bool is_markup(std::string_view text, std::size_t at) {
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  switch (text[at]) {
    case '|':
    case '\\':
    case '*':
    case '`':
      return true;
    case '<':
      return is_word(next) || next == '/' || next == '!' || next == '?';
    case '_':
      return at == 0 || !is_word(text[at - 1]) || !is_word(next);
    case '&':
      return is_word(next) || next == '#';
    default:
      return false;
  }
}

std::string escaped_markdown(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_markup(text, at)) result += '\\';
    result += text[at];
  }
  return result;
}

/// A paragraph of its own, which must not begin as a heading, a list or a quotation does.
std::string paragraph(const std::string& text) {
  const bool block = !text.empty() && std::string_view("#>-+").find(text.front()) != std::string_view::npos;
  return "\n" + std::string(block ? "\\" : "") + escaped_markdown(text) + "\n";
}

}  // namespace

std::string markdown_table(const Table& given) {
  Table table = given;
  for (Column& column : table.columns) column.header = escaped_markdown(column.header);
  for (auto& row : table.rows)
    for (Entry& entry : row)
      if (std::isnan(entry.value)) entry.text = escaped_markdown(entry.text);
  const TextGrid grid = text_grid(table, "**", "**");
  const std::vector<std::size_t> widths = grid_widths(grid, 3);
  std::string result = "### " + escaped_markdown(table.title) + "\n\n";
  for (std::size_t r = 0; r < grid.size(); ++r) {
    result += "|";
    for (std::size_t c = 0; c < widths.size(); ++c) {
      const std::string blanks(widths[c] - display_width(grid[r][c]), ' ');
      result += " " + (table.columns[c].number ? blanks + grid[r][c] : grid[r][c] + blanks) + " |";
    }
    result += "\n";
    if (r > 0) continue;
    result += "|";
    for (std::size_t c = 0; c < widths.size(); ++c)
      result +=
          table.columns[c].number ? std::string(widths[c] + 1, '-') + ":|" : std::string(widths[c] + 2, '-') + "|";
    result += "\n";
  }
  for (const std::string& note : table.notes) result += paragraph(note);
  return result;
}

}  // namespace physgrad
