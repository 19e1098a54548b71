#pragma once
// The words behind --format and --color.
#include <string>

#include "physgrad/pages/render.hpp"

namespace physgrad::driver {

/// The words, as "text, md, ... (default text)".
[[nodiscard]] std::string table_formats_text();

/// text, md, csv, latex or json. Throws UsageError.
[[nodiscard]] TableFormat parse_table_format(const std::string& name);

inline constexpr const char* kColorText = "auto (default: on a terminal, unless NO_COLOR is set), always, never";

/// How text is shown on standard output: on a terminal as narrow as that, otherwise as wide as it is. `color` is auto,
/// always or never. Throws UsageError.
[[nodiscard]] TextStyle output_style(const std::string& color = "auto");

}  // namespace physgrad::driver
