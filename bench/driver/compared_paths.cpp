#include "compared_paths.hpp"

#include <fmt/format.h>

#include <utility>

#include "physgrad/files/files.hpp"
#include "physgrad/record/micro_benchmarks.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/tables/compare_benchmarks.hpp"
#include "physgrad/tables/compare_reports.hpp"

namespace physgrad::driver {
namespace {

ComparedVersions compare_files(const ComparedPaths& paths) {
  const auto parsed = [](const std::string& path) { return parse_micro_benchmarks(read_text_file(path), path); };
  if (paths.losses) throw UsageError("--fail-if-worse looks at losses, which Google Benchmark's output does not have");
  const Selection& selection = paths.selection;
  if (!selection.problems.empty() || !selection.methods.empty() || !selection.seeds.empty())
    throw UsageError(
        "--problem, --method and --seed choose cells of reports, which Google Benchmark's output does not "
        "have");
  return compare_benchmarks(parsed(paths.a), parsed(paths.b), paths.a, paths.b);
}

}  // namespace

ComparedVersions compare_paths(const ComparedPaths& paths) {
  const bool files = holds_micro_benchmarks(paths.a);
  if (files != holds_micro_benchmarks(paths.b))
    throw UsageError(fmt::format("'{}' is Google Benchmark's output and '{}' is not; expected two of one kind",
                                 files ? paths.a : paths.b, files ? paths.b : paths.a));
  if (files) return compare_files(paths);
  std::vector<Report> read = physgrad::read_reports({paths.a, paths.b});
  std::vector<LabelledReport> reports;
  reports.push_back({paths.a, std::move(read[0])});
  reports.push_back({paths.b, std::move(read[1])});
  select_cells(reports, paths.selection);
  return compare_reports(std::move(reports[0]), std::move(reports[1]));
}

}  // namespace physgrad::driver
