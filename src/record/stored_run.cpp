#include "physgrad/record/stored_run.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "physgrad/files/files.hpp"
#include "physgrad/files/side_by_side.hpp"
#include "physgrad/record/cell_file.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

bool present(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool has_cells(const fs::path& folder) { return present(folder / "manifest.json") && present(folder / "cells"); }

CellRecord checked(CellRecord cell, const CellKey& key, const RunHeader& header, const fs::path& path) {
  if (cell.key != key)
    throw ReadError(fmt::format("'{}' holds another cell ({} {} seed {})", path.string(), cell.key.problem,
                                cell.key.method, cell.key.seed));
  if (static_cast<std::size_t>(cell.machine) >= header.machines.size())
    throw ReadError(fmt::format("'{}' names machine {}; the run's manifest has {}", path.string(), cell.machine,
                                header.machines.size()));
  return cell;
}

}  // namespace

Report read_stored_cells(const fs::path& folder) {
  const fs::path manifest = folder / "manifest.json";
  Report report{parse_manifest(read_text_file(manifest), manifest.string()), {}, false};
  std::vector<std::optional<CellRecord>> ended(report.header.planned.size());
  side_by_side(ended.size(), [&](std::size_t i) {
    const CellKey& key = report.header.planned[i];
    const fs::path path = folder / "cells" / cell_file_name(key);
    if (!present(path)) return;
    CellLines lines = read_cell_file(path);
    if (lines.finished()) ended[i] = checked(std::move(lines).record(), key, report.header, path);
  });
  for (std::optional<CellRecord>& cell : ended)
    if (cell) report.cells.push_back(std::move(*cell));
  return report;
}

bool holds_run(const fs::path& folder) { return present(folder / "report.json") || has_cells(folder); }

Report read_report(const fs::path& path) {
  std::error_code ignored;
  const bool directory = fs::is_directory(path, ignored);
  const fs::path file = directory ? path / "report.json" : path;
  if (!present(file)) {
    if (directory && has_cells(path)) return read_stored_cells(path);
    throw ReadError(fmt::format("cannot read '{}': there is no such file; expected a run directory or a report.json",
                                file.string()));
  }
  Report report = read_report_file(file);
  if (!report.finished && directory && has_cells(path)) return read_stored_cells(path);
  // Of a run whose --out ended in '/', by an earlier program.
  if (report.header.name.empty()) report.header.name = file.parent_path().lexically_normal().filename().string();
  return report;
}

std::vector<Report> read_reports(const std::vector<fs::path>& paths) {
  std::vector<Report> reports(paths.size());
  side_by_side(paths.size(), [&](std::size_t i) { reports[i] = read_report(paths[i]); });
  return reports;
}

void write_run(const fs::path& folder, const Report& report) {
  std::error_code error;
  fs::create_directories(folder / "cells", error);
  if (error) throw WriteError(fmt::format("cannot write '{}': {}", folder.string(), error.message()));
  side_by_side(report.cells.size(), [&](std::size_t i) {
    const CellRecord& cell = report.cells[i];
    const std::string start = run_line(cell, report.header.machines.at(static_cast<std::size_t>(cell.machine)));
    LineFile(folder / "cells" / cell_file_name(cell.key))
        .append(start + "\n" + step_lines(cell.curve) + end_line(cell));
  });
  write_report_file(folder / "report.json", report);
  write_text_file(folder / "manifest.json", manifest_text(report.header));
}

}  // namespace physgrad
