#pragma once
// What the terminal at a descriptor can do, and texts that fit its lines.
#include <string>
#include <string_view>

namespace physgrad::driver {

/// Whether a line there can be drawn over: a terminal that takes escape sequences (TERM is neither unset nor "dumb"),
/// of a user who wants them (no NO_COLOR).
[[nodiscard]] bool can_redraw(int descriptor);

/// Columns of the terminal now, else what COLUMNS says, else 80.
[[nodiscard]] std::size_t columns_of(int descriptor);

/// The start of a printable line that fills at most `columns` columns, cut between whole characters.
[[nodiscard]] std::string fit_columns(std::string_view text, std::size_t columns);

}  // namespace physgrad::driver
