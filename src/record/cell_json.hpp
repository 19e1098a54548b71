#pragma once
// One cell as JSON, with the keys of schema version 1 (results/README.md).
#include <cstdint>
#include <string>
#include <vector>

#include "physgrad/files/json.hpp"
#include "physgrad/record/record.hpp"

namespace physgrad {

/// Every key of the schema; what is absent is null. Without its curve a cell is what the last line of its file holds.
[[nodiscard]] OrderedJson cell_json(const CellRecord& cell, bool with_curve);
void add_cell(const CellRecord& cell, bool with_curve, OrderedJson& json);  ///< to an object
/// Throws ReadError on missing keys and wrong types.
[[nodiscard]] CellRecord read_cell(const JsonView& json, bool with_curve);

/// Of every point its members as text, as `"step":3,"seconds":0.5,...`: there are millions of them.
[[nodiscard]] std::vector<std::string> point_members(const std::vector<CurvePoint>& curve);
/// One point of the curve, as a line of the cell's file has it.
[[nodiscard]] CurvePoint read_point(const JsonView& json);

/// Hashes are 16 hexadecimal digits: JSON numbers would not hold them.
[[nodiscard]] std::string hash_text(std::uint64_t hash);
[[nodiscard]] std::uint64_t read_hash(const JsonView& json);

}  // namespace physgrad
