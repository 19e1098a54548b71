#pragma once
// A run as it lies on disk: a report.json alone, or a directory with a manifest and a file a cell.
#include <filesystem>
#include <vector>

#include "physgrad/record/report.hpp"

namespace physgrad {

/// Whether the directory holds a run: a report.json, or what a run has before it writes one.
[[nodiscard]] bool holds_run(const std::filesystem::path& folder);

/// `path` is a report or a run directory. Of a run that goes on, or was killed, the cells that ended are read from
/// their files: the report is written now and then only. Throws ReadError.
[[nodiscard]] Report read_report(const std::filesystem::path& path);
/// The same of several, in their order, side by side.
[[nodiscard]] std::vector<Report> read_reports(const std::vector<std::filesystem::path>& paths);

/// Writes a report as the directory of its run, which `folder` is to be: a file a cell, report.json and, when all else
/// is there, the manifest. Throws WriteError.
void write_run(const std::filesystem::path& folder, const Report& report);

/// The cells that ended, from the files of a run directory, as of a run that goes on. Throws ReadError.
[[nodiscard]] Report read_stored_cells(const std::filesystem::path& folder);

}  // namespace physgrad
