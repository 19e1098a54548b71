#pragma once
// A cell before it runs as JSON, with the keys of schema version 1 (results/README.md).
#include <vector>

#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_spec.hpp"

namespace physgrad {

/// Names, identities, limits and settings: what a record begins with, and a cell's file.
[[nodiscard]] OrderedJson spec_json(const CellSpec& spec);
void add_spec(const CellSpec& spec, OrderedJson& json);  ///< to an object
/// Throws ReadError on missing keys and wrong types. What older reports lack stays as it is.
[[nodiscard]] CellSpec read_spec(const JsonView& json);

/// The name of a cell: its keys at the start of a record.
[[nodiscard]] OrderedJson key_json(const CellKey& key);
/// Reports from before there were sweeps have none.
[[nodiscard]] CellKey read_key(const JsonView& json);
[[nodiscard]] OrderedJson keys_json(const std::vector<CellKey>& keys);
[[nodiscard]] std::vector<CellKey> read_keys(const JsonView& json);

[[nodiscard]] OrderedJson limits_json(const CellLimits& limits);
[[nodiscard]] CellLimits read_limits(const JsonView& json);

}  // namespace physgrad
