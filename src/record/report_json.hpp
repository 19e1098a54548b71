#pragma once
// report.json and manifest.json, schema version 1 (results/README.md).
#include <filesystem>
#include <string>

#include "physgrad/record/report.hpp"

namespace physgrad {

[[nodiscard]] std::string report_text(const Report& report);
/// Replaces the file, cell by cell: the text is never held as a whole. Throws WriteError.
void write_report_file(const std::filesystem::path& path, const Report& report);
/// Throws ReadError naming `source` and the place: malformed text, missing keys, wrong types, a cell twice, a newer
/// schema.
[[nodiscard]] Report parse_report(const std::string& text, const std::string& source);
/// The same of a file, whose text is never held as a whole.
[[nodiscard]] Report read_report_file(const std::filesystem::path& path);

/// The plan of a run directory: a report's header with the planned cells.
[[nodiscard]] std::string manifest_text(const RunHeader& header);
[[nodiscard]] RunHeader parse_manifest(const std::string& text, const std::string& source);

}  // namespace physgrad
