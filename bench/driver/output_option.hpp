#pragma once
// Where a verb's one text goes: a file, or standard output.
#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace physgrad::driver {

inline constexpr const char* kStandardOutput = "-";

/// --out FILE, with '-' for standard output, which is the default. Bound to `out`, which outlives the parser.
void add_output_option(CLI::App& verb, std::string& out);
/// Throws UsageError where nothing could be written there: to be asked before anything takes time.
void check_output(const std::string& out);
/// A file is replaced in one step. Throws WriteError.
void put_output(const std::string& out, std::string_view text);

}  // namespace physgrad::driver
