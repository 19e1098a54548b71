#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>

#include "physgrad/pages/display_width.hpp"

namespace physgrad::driver {
namespace {

std::string_view variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
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
    const std::string_view character = first_character(text);
    const std::size_t width = display_width(character);
    if (width > columns) break;
    columns -= width;
    fitting += character;
    text.remove_prefix(character.size());
  }
  return fitting;
}

}  // namespace physgrad::driver
