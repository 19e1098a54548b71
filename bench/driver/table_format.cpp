#include "table_format.hpp"

#include <utility>
#include <vector>

#include "core/settings.hpp"

namespace physgrad::driver {
namespace {

constexpr std::pair<const char*, TableFormat> kFormats[] = {{"text", TableFormat::text},
                                                            {"md", TableFormat::markdown},
                                                            {"csv", TableFormat::csv},
                                                            {"latex", TableFormat::latex}};

}  // namespace

TableFormat parse_table_format(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [word, format] : kFormats) {
    if (name == word) return format;
    known.emplace_back(word);
  }
  throw UsageError(unknown_name_message("table format", name, known));
}

}  // namespace physgrad::driver
