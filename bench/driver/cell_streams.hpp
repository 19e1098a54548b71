#pragma once
// What a cell reads from standard input and writes to standard output.
#include <string>
#include <string_view>

#include "physgrad/record/cell_spec.hpp"

namespace physgrad::driver {

/// The specification on standard input. Throws ReadError.
[[nodiscard]] CellSpec read_cell_spec();

/// A line on standard output; ends the process where nobody reads any more.
void write_line(std::string text);

/// The reason of a failure, as the line "!REASON"; without making anything, where there may be no memory left.
void write_reason(std::string_view reason);

}  // namespace physgrad::driver
