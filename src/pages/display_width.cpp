#include "physgrad/pages/display_width.hpp"

#include <algorithm>
#include <cstdint>

namespace physgrad {
namespace {

std::uint32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  constexpr std::uint32_t kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t code = first & kFirstBits[character.size()];
  for (const char next : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(next) & 0x3f);
  return code;
}

std::size_t character_width(std::uint32_t code) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr Range kMarks[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
  constexpr Range kWide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf},   {0xac00, 0xd7a3},
                             {0xf900, 0xfaff}, {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                             {0xffe0, 0xffe6}, {0x1f000, 0x1faff}, {0x20000, 0x3fffd}};
  const auto holds = [code](const Range& range) { return range.first <= code && code <= range.last; };
  return std::ranges::any_of(kMarks, holds) ? 0 : std::ranges::any_of(kWide, holds) ? 2 : 1;
}

}  // namespace

std::string_view first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  return text.substr(0, first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    width += character_width(code_point(character));
    text.remove_prefix(character.size());
  }
  return width;
}

}  // namespace physgrad
