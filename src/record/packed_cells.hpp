#pragma once
// Many cells that differ in few numbers, written once with columns of what differs: for reports that are kept.
#include <string>
#include <vector>

#include "physgrad/files/json.hpp"

namespace physgrad {

/// What the report's `packed_cells` stand for; none without. For each {"common": cell, "columns": {JSON pointer:
/// values,
/// ..}} as many copies of the cell as the columns are long, each with its values in the places that the pointers name.
/// `source` is for messages. Throws ReadError: no such place, columns of different lengths, more than is reasonable.
[[nodiscard]] std::vector<Json> unpacked_cells(const Json& report, const std::string& source);

}  // namespace physgrad
