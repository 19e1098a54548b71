#pragma once
// The word behind --format.
#include <string>

#include "physgrad/pages/render.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad::driver {

/// The words, as "text, md, ... (default text)".
[[nodiscard]] std::string table_formats_text();

/// text, md, csv or latex. Throws UsageError.
[[nodiscard]] TableFormat parse_table_format(const std::string& name);

}  // namespace physgrad::driver
