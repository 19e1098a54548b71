#pragma once
// One cell as JSON, with the keys of schema version 1 (results/README.md).
#include "physgrad/files/json.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad {

/// Every key of the schema; what is absent is null. Without its curve a cell is what the last line of its file holds.
[[nodiscard]] OrderedJson cell_json(const CellRecord& cell, bool with_curve);
/// Throws ReadError on missing keys and wrong types.
[[nodiscard]] CellRecord read_cell(const JsonView& json, bool with_curve);

/// Identity, provenance, limits and settings: what is known before the first step, in the cell and in its file's first
/// line.
[[nodiscard]] OrderedJson identity_json(const CellRecord& cell);
void read_identity(const JsonView& json, CellRecord& cell);

[[nodiscard]] OrderedJson limits_json(const CellLimits& limits);
[[nodiscard]] CellLimits read_limits(const JsonView& json);
[[nodiscard]] OrderedJson losses_json(const Losses& losses);
[[nodiscard]] Losses read_losses(const JsonView& json);
[[nodiscard]] OrderedJson settings_json(const SettingMap& settings);
[[nodiscard]] SettingMap read_settings(const JsonView& json);

/// Hashes are 16 hexadecimal digits: JSON numbers would not hold them.
[[nodiscard]] std::string hash_text(std::uint64_t hash);
[[nodiscard]] std::uint64_t read_hash(const JsonView& json);

}  // namespace physgrad
