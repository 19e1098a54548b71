#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace physgrad::driver {
namespace {

std::string_view variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

/// Bytes of the character that starts with `first`, in UTF-8.
std::size_t character_length(unsigned char first) { return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4; }

std::uint32_t code_point(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  constexpr std::uint32_t kFirstBits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t code = first & kFirstBits[character_length(first)];
  for (const char next : character.substr(1)) code = code << 6 | (static_cast<unsigned char>(next) & 0x3f);
  return code;
}

/// 2 for the scripts and pictures that terminals draw wide, 0 for marks on the character before. More would need the
/// tables of a locale.
std::size_t width_of(std::uint32_t code) {
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

bool can_redraw(int descriptor) {
  const std::string_view kind = variable("TERM");
  return ::isatty(descriptor) == 1 && !kind.empty() && kind != "dumb" && variable("NO_COLOR").empty();
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const std::string_view text = variable("COLUMNS");
  std::size_t columns = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), columns);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size() && columns > 0 ? columns : 80;
}

std::string fit_columns(std::string_view text, std::size_t columns) {
  std::string fitting;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, character_length(static_cast<unsigned char>(text.front())));
    const std::size_t width = width_of(code_point(character));
    if (width > columns) break;
    columns -= width;
    fitting += character;
    text.remove_prefix(character.size());
  }
  return fitting;
}

}  // namespace physgrad::driver
