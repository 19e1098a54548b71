#include "table_format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/pages/render.hpp"
#include "terminal.hpp"

namespace physgrad::driver {
namespace {

constexpr std::pair<const char*, TableFormat> kFormats[] = {{"text", TableFormat::text},
                                                            {"md", TableFormat::markdown},
                                                            {"csv", TableFormat::csv},
                                                            {"latex", TableFormat::latex},
                                                            {"json", TableFormat::json}};

}  // namespace

std::string table_formats_text() {
  std::vector<std::string> known;
  for (const auto& [word, format] : kFormats) known.emplace_back(word);
  return fmt::format("{} (default {})", fmt::join(known, ", "), known.front());
}

TableFormat parse_table_format(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [word, format] : kFormats) {
    if (name == word) return format;
    known.emplace_back(word);
  }
  throw UsageError(unknown_name_message("table format", name, known));
}

TextStyle output_style(const std::string& color) {
  const std::vector<std::string> known = {"auto", "always", "never"};
  if (!contains(known, color)) throw UsageError(unknown_name_message("choice of --color", color, known));
  TextStyle style;
  if (::isatty(STDOUT_FILENO) == 1) style.columns = columns_of(STDOUT_FILENO);
  style.colours = color == "always" || (color == "auto" && can_redraw(STDOUT_FILENO));
  return style;
}

}  // namespace physgrad::driver
