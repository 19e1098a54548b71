#include "physgrad/claims/claim_reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "physgrad/files/files.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

/// Directories below `folder` that hold a run, sorted by name.
std::vector<std::filesystem::path> runs_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> result;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (holds_run(entry.path())) result.push_back(entry.path());
  if (error) throw ReadError(fmt::format("cannot read '{}': {}", folder.string(), error.message()));
  std::ranges::sort(result);
  return result;
}

}  // namespace

ClaimReports read_claim_reports(const std::vector<std::filesystem::path>& paths) {
  ClaimReports result{{}, false};
  for (const std::filesystem::path& path : paths) {
    std::error_code ignored;
    const bool many = std::filesystem::is_directory(path, ignored) && !holds_run(path);
    const auto runs = many ? runs_below(path) : std::vector{path};
    if (runs.empty())
      throw ReadError(
          fmt::format("'{}' holds neither a report.json nor a directory with one; expected a run directory, a "
                      "report.json or a directory of run directories",
                      path.string()));
    for (const std::filesystem::path& run : runs) {
      Report report = read_report(run);
      // A directory of runs names them: they may have been moved there. Otherwise the report itself does.
      std::string label = many ? run.filename().string() : report.header.name;
      result.reports.push_back({std::move(label), std::move(report)});
    }
    result.by_name |= many;
  }
  return result;
}

}  // namespace physgrad
