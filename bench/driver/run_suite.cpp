#include "run_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "physgrad/pages/render.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/tables/tables.hpp"
#include "progress.hpp"
#include "run_tables.hpp"
#include "standard_streams.hpp"
#include "table_format.hpp"

namespace physgrad::driver {
namespace {

/// Why no cell of a report trained: whether that is worth an exit code. A shard may have cells that are skipped alone.
bool failed(const Report& report, bool shard) {
  if (std::ranges::any_of(report.cells, succeeded)) return false;
  return !shard || std::ranges::any_of(report.cells, [](const CellRecord& c) { return c.status != Status::skipped; });
}

/// Tables, the summary and the exit code.
int conclude(const Plan& plan, const RunOptions& options, const RunResult& result, bool silent, const Call& call) {
  const Report& report = result.report;
  const bool shard = options.shard.has_value();
  const std::vector<LabelledReport> own = {{report.header.name, report}};
  const ReportSet reports(own);
  if (!shard) write_tables(plan.directory, reports);
  // Of a shared directory they are made by whoever is last.
  if (shard && result.finished) {
    const std::vector<LabelledReport> whole = {{report.header.name, read_report(plan.directory)}};
    write_tables(plan.directory, whole);
  }
  const std::string path = (plan.directory / "report.json").string();
  if (!silent && !(shard && report.cells.empty()))
    fmt::print("{}\nReport: {}\n", render(make_tables("summary", reports), TableFormat::text, output_style()), path);
  if (result.signal != 0) {
    call.tell(fmt::format("interrupted with {} of {} cells done; the same command with --out {} continues",
                          report.cells.size(), report.header.planned.size(), plan.directory.string()));
    return 128 + result.signal;
  }
  if (!failed(report, shard)) return 0;
  call.tell(fmt::format("no cell succeeded ({} planned); see {}", report.header.planned.size(), path));
  return kFailure;
}

/// What a person sees of it on standard error.
RunWatcher watcher_of(const RunRequest& request, const Plan& plan, const Call& call,
                      std::optional<Progress>& progress) {
  return {.tell = [&call](const std::string& message) { call.tell(message); },
          .begin =
              [&](std::size_t planned, std::size_t cells) {
                if (!progress && !request.quiet)
                  tell(fmt::format("{} cells into {}\n", planned, plan.directory.string()));
                progress.emplace(planned, cells, request.quiet);
              },
          .point = [&](std::size_t index, const CellKey& cell,
                       const CurvePoint& point) { progress->point(index, cell, point); },
          .end = [&](std::size_t index, const CellRecord& cell) { progress->end(index, cell); }};
}

}  // namespace

RunOptions run_options_of(const RunRequest& request) {
  return {parse_shard(request.shard), request.only, run_tables()};
}

int run_suite(const RunRequest& request, const Call& call) {
  Plan plan = make_plan(call.catalogue, request);
  const RunOptions options = run_options_of(request);
  if (options.shard && plan.in_own_folder)
    throw UsageError("--shard needs --out: one directory for all shards, or one for each (see merge)");
  if (plan.in_own_folder) plan.directory = make_own_folder(plan.directory);
  std::optional<Progress> progress;
  int exit_code = 0;
  run_plan(plan, call.command, options, watcher_of(request, plan, call, progress),
           [&](const RunResult& result) { exit_code = conclude(plan, options, result, request.silent_end, call); });
  return exit_code;
}

}  // namespace physgrad::driver
