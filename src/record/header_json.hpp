#pragma once
// What report.json and manifest.json have in common: suite, environment, run, and notes on problems and methods.
#include "physgrad/files/json.hpp"
#include "physgrad/record/report.hpp"

namespace physgrad {

/// Everything but the planned cells.
[[nodiscard]] OrderedJson header_json(const RunHeader& header);
[[nodiscard]] RunHeader read_header(const JsonView& json);

/// Throws ReadError where the schema is a newer program's, or none.
void check_schema(const JsonView& json);

/// A machine and the build that ran there.
[[nodiscard]] OrderedJson environment_json(const Environment& at);
[[nodiscard]] Environment read_environment(const JsonView& json);

}  // namespace physgrad
