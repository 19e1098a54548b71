#pragma once
// Many cells that differ in few numbers, written once with columns of what differs: for reports that are kept.
#include "physgrad/files/json.hpp"

namespace physgrad {

/// Appends to the report's `cells` what its `packed_cells` stand for: for each {"common": cell, "columns": {JSON
/// pointer: values, ..}} as many copies of the cell as the columns are long, each with its values in the places that
/// the pointers name. `source` is for messages. Throws ReadError: no such place, columns of different lengths, more
/// than is reasonable.
void expand_packed_cells(Json& report, const std::string& source);

}  // namespace physgrad
