#include "table_format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>
#include <vector>

#include "physgrad/core/settings.hpp"
#include "physgrad/pages/render.hpp"

namespace physgrad::driver {
namespace {

constexpr std::pair<const char*, TableFormat> kFormats[] = {{"text", TableFormat::text},
                                                            {"md", TableFormat::markdown},
                                                            {"csv", TableFormat::csv},
                                                            {"latex", TableFormat::latex}};

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

}  // namespace physgrad::driver
