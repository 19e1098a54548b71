#pragma once
// What report.json and manifest.json have in common: suite, environment, run, and notes on problems and methods.
#include "physgrad/files/json.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad {

/// Everything but the planned cells.
[[nodiscard]] OrderedJson header_json(const RunHeader& header);
[[nodiscard]] RunHeader read_header(const JsonView& json);

/// A machine and the build that ran there.
[[nodiscard]] OrderedJson environment_json(const Environment& at);
[[nodiscard]] Environment read_environment(const JsonView& json);

/// The identity of a cell: its keys at the start of a record.
[[nodiscard]] OrderedJson key_json(const CellKey& key);
/// Reports from before there were sweeps have none.
[[nodiscard]] CellKey read_key(const JsonView& json);
[[nodiscard]] OrderedJson keys_json(const std::vector<CellKey>& keys);
[[nodiscard]] std::vector<CellKey> read_keys(const JsonView& json);

}  // namespace physgrad
