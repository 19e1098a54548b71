#include "physgrad/pages/column_blocks.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "physgrad/pages/display_width.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kLeastText = 8;  ///< columns that a text is given at least

bool is_constant(const Table& table, std::size_t c) {
  return table.rows.size() > 1 && std::ranges::all_of(table.rows, [&](const std::vector<Entry>& row) {
           return row[c].text == table.rows.front()[c].text;
         });
}

/// The first columns that together tell all rows apart, without those that tell none; the first one where nothing does.
std::vector<std::size_t> key_columns(const Table& table) {
  std::vector<std::size_t> keys;
  std::vector<std::string> texts(table.rows.size());
  for (std::size_t c = 0; c + 1 < table.columns.size(); ++c) {
    if (is_constant(table, c)) continue;
    keys.push_back(c);
    for (std::size_t r = 0; r < table.rows.size(); ++r) texts[r] += table.rows[r][c].text + '\n';
    if (std::set<std::string>(texts.begin(), texts.end()).size() == texts.size()) return keys;
  }
  return {0};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  for (const std::string_view word : words_of(text)) longest = std::max(longest, display_width(word));
  return longest;
}

/// Bytes of the start of a word that fill at most `width` columns, up to a comma or the like where there is one; at
/// least one character.
std::size_t fitting_start(std::string_view word, std::size_t width) {
  std::size_t cut = 0, behind_mark = 0;
  for (std::size_t used = 0; cut < word.size();) {
    const std::string_view letter = first_character(word.substr(cut));
    if ((used += display_width(letter)) > width && cut > 0) return behind_mark > 0 ? behind_mark : cut;
    cut += letter.size();
    if (letter == "," || letter == "=" || letter == "/") behind_mark = cut;
  }
  return cut;
}

/// What each column takes at least: numbers whole, texts a third of the room, the `keys` half of it together.
std::vector<std::size_t> least_widths(const Table& table, const TextGrid& grid, const std::vector<std::size_t>& keys,
                                      std::size_t room) {
  const std::vector<std::size_t> natural = grid_widths(grid, 0);
  std::vector<std::size_t> least(natural.size());
  for (std::size_t c = 0; c < least.size(); ++c) {
    for (std::size_t r = 1; r < grid.size(); ++r) least[c] = std::max(least[c], display_width(grid[r][c]));
    const bool key = std::ranges::find(keys, c) != keys.end();
    const std::size_t most = key ? room / 2 / keys.size() : room / 3;
    if (key || !table.columns[c].number)
      least[c] = std::min(least[c], std::max(kLeastText, most > kColumnGap ? most - kColumnGap : 0));
    least[c] = std::max(least[c], std::min(longest_word(table.columns[c].header), natural[c]));
  }
  return least;
}

std::size_t total(const ColumnBlock& block) {
  std::size_t sum = 0;
  for (const std::size_t width : block.widths) sum += width + kColumnGap;
  return sum;
}

/// What is left of the room goes to texts, and to headers that it keeps on one line.
void widen(const Table& table, const std::vector<std::size_t>& natural, std::size_t room, ColumnBlock& block) {
  for (const bool number : {false, true})
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      const std::size_t used = total(block), c = block.columns[i], wanted = natural[c] - block.widths[i];
      if (used >= room || table.columns[c].number != number) continue;
      if (!number || wanted <= room - used) block.widths[i] += std::min(wanted, room - used);
    }
}

/// A block of one column that is too wide all the same: its entries are broken between their numbers.
void squeeze(const TextGrid& grid, std::size_t room, ColumnBlock& block) {
  if (total(block) <= room) return;
  std::size_t least = kLeastText;
  for (const auto& line : grid) least = std::max(least, longest_word(line[block.columns.back()]));
  const std::size_t others = total(block) - block.widths.back();
  block.widths.back() = std::min(block.widths.back(), std::max(least, room > others ? room - others : 0));
}

}  // namespace

TextGrid text_grid(const Table& table, const std::string& open, const std::string& close) {
  TextGrid grid(table.rows.size() + 1);
  for (const Column& column : table.columns) grid[0].push_back(column.header);
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    for (const Entry& entry : table.rows[r]) grid[r + 1].push_back(entry.best ? open + entry.text + close : entry.text);
  return grid;
}

std::vector<std::size_t> grid_widths(const TextGrid& grid, std::size_t least) {
  std::vector<std::size_t> widths(grid.front().size(), least);
  for (const auto& line : grid)
    for (std::size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], display_width(line[c]));
  return widths;
}

std::vector<ColumnBlock> column_blocks(const Table& table, const TextGrid& grid, std::size_t room) {
  const std::vector<std::size_t> natural = grid_widths(grid, 3);
  ColumnBlock whole;
  for (std::size_t c = 0; c < natural.size(); ++c) {
    whole.columns.push_back(c);
    whole.widths.push_back(natural[c]);
  }
  if (room == 0 || total(whole) <= room) return {whole};
  std::vector<std::size_t> keys = key_columns(table);
  if (keys.size() * (kLeastText + kColumnGap) > room / 2) keys = {keys.front()};
  const std::vector<std::size_t> least = least_widths(table, grid, keys, room);
  ColumnBlock start{keys, {}};
  for (const std::size_t c : keys) start.widths.push_back(least[c]);
  std::vector<ColumnBlock> blocks = {start};
  for (std::size_t c = 0; c < least.size(); ++c) {
    if (std::ranges::find(keys, c) != keys.end()) continue;
    if (blocks.back().columns.size() > keys.size() && total(blocks.back()) + least[c] + kColumnGap > room)
      blocks.push_back(start);
    blocks.back().columns.push_back(c);
    blocks.back().widths.push_back(least[c]);
  }
  for (ColumnBlock& block : blocks) {
    squeeze(grid, room, block);
    widen(table, natural, room, block);
  }
  return blocks;
}

std::vector<std::string> wrapped_text(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) return {text};
  std::vector<std::string> lines;
  std::string line;
  for (std::string_view word : words_of(text)) {
    if (!line.empty() && display_width(line) + 1 + display_width(word) <= width) {
      line += " " + std::string(word);
      continue;
    }
    if (!line.empty()) lines.push_back(line);
    for (std::size_t cut; (cut = fitting_start(word, width)) < word.size(); word.remove_prefix(cut))
      lines.emplace_back(word.substr(0, cut));
    line = word;
  }
  lines.push_back(line);
  return lines;
}

}  // namespace physgrad
