#pragma once
// One cell as JSON, with the keys of schema version 1 (results/README.md).
#include <cstdint>
#include <string>

#include "physgrad/files/json.hpp"
#include "physgrad/record/record.hpp"

namespace physgrad {

/// Every key of the schema; what is absent is null. Without its curve a cell is what the last line of its file holds.
[[nodiscard]] OrderedJson cell_json(const CellRecord& cell, bool with_curve);
/// Throws ReadError on missing keys and wrong types.
[[nodiscard]] CellRecord read_cell(const JsonView& json, bool with_curve);

/// One point of the curve, as a line of the cell's file has it.
[[nodiscard]] OrderedJson point_json(const CurvePoint& point);
[[nodiscard]] CurvePoint read_point(const JsonView& json);

/// Hashes are 16 hexadecimal digits: JSON numbers would not hold them.
[[nodiscard]] std::string hash_text(std::uint64_t hash);
[[nodiscard]] std::uint64_t read_hash(const JsonView& json);

}  // namespace physgrad
