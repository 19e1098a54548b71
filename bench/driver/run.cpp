// physgrad-bench run: problems and methods measured, with a comparison at the end.
#include "run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "number_options.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/run.hpp"
#include "physgrad/study/run_directory.hpp"
#include "physgrad/tables/tables.hpp"
#include "progress.hpp"
#include "standard_streams.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

void write_tables(const Plan& plan, const std::vector<LabelledReport>& reports) {
  for (const std::string& kind : table_kinds())
    write_text_file(plan.directory / "tables" / (kind + ".md"),
                    render(make_tables(kind, reports), TableFormat::markdown));
}

/// Tables, the summary and the exit code.
int conclude(const Plan& plan, const RunResult& result, bool silent, const Call& call) {
  const Report& report = result.report;
  const std::vector<LabelledReport> reports = {{report.header.name, report}};
  write_tables(plan, reports);
  const std::string path = (plan.directory / "report.json").string();
  if (!silent)
    fmt::print("{}\nReport: {}\n", render(make_tables("summary", reports), TableFormat::text, output_style()), path);
  if (result.signal != 0) {
    call.tell(fmt::format("interrupted with {} of {} cells done; the same command with --out {} continues",
                          report.cells.size(), plan.cells.size(), plan.directory.string()));
    return 128 + result.signal;
  }
  if (std::ranges::any_of(report.cells, succeeded)) return 0;
  call.tell(fmt::format("no cell succeeded ({} planned); see {}", plan.cells.size(), path));
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

int print_specs(const RunRequest& request, const Catalogue& catalogue) {
  const Plan plan = make_plan(catalogue, request);
  for (const CellKey& cell : plan.cells)
    if (plan.task_of(cell).skip_reason.empty()) fmt::print("{}\n", run_line(plan.spec_of(cell)));
  return 0;
}

}  // namespace

int run_suite(const RunRequest& request, const Call& call) {
  Plan plan = make_plan(call.catalogue, request);
  if (request.out.empty()) plan.directory = make_own_folder(plan.directory);
  RunOptions options{request.jobs, request.timing, {}};
  for (const std::string& kind : table_kinds()) options.tables.push_back(kind + ".md");
  std::optional<Progress> progress;
  int exit_code = 0;
  run_plan(plan, call.command, options, watcher_of(request, plan, call, progress),
           [&](const RunResult& result) { exit_code = conclude(plan, result, request.silent_end, call); });
  return exit_code;
}

namespace {

void add_target_stop(CLI::App& verb, std::optional<bool>& stop) {
  CLI::Option* yes = verb.add_flag_callback(
      "--target-stop", [&stop] { stop = true; }, "end a cell at its last target");
  verb.add_flag_callback(
          "--no-target-stop", [&stop] { stop = false; }, "go on there, whatever the config says")
      ->excludes(yes);
}

}  // namespace

void add_run(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("run", "Measure problems and methods and print a comparison");
  verb->footer(call.help(
      "Without options: " + default_suite_text(call.catalogue) +
      " x 3 seeds.\nExamples:\n"
      "  physgrad-bench run --problem heat --method pg,dp-adam --seeds 5 --budget 10\n"
      "  physgrad-bench run --problem all --method hig --steps 100 --set hig.kappa=0.7 --set heat.points=32\n"
      "  physgrad-bench run --problem scaled-fit --method gn,hig --sweep lambda=1,0.1,0.01\n"
      "  physgrad-bench run --problem heat --method compose:loss=newton,physics=inverse,network=half-inverse,rule=sgd\n"
      "  physgrad-bench run --profile paper --problem coupled-oscillators\n"
      "  physgrad-bench run --config mine.json --out results/mine      (again: continues)\n"
      "A setting takes effect in some cell or is refused; the command line beats the file, however a key is qualified\n"
      "there, and --steps or --budget replaces both of the file's. A composition is qualified by its whole name."));
  const auto request = std::make_shared<RunRequest>();
  const auto specs = std::make_shared<bool>(false);
  verb->add_option("--problem", request->problems, "problems or patterns such as 'he*', or all")->delimiter(',');
  verb->add_option("--method", request->methods,
                   "methods or patterns such as 'dp-*', or all, or "
                   "compose:loss=..,physics=..,network=..,rule=..,search=..,KEY=VALUE");
  verb->add_option("--profile", request->profile,
                   "quick (default, 2 minutes), standard (the whole catalogue, 45 minutes), paper (published set-ups)");
  verb->add_option("--seeds", request->seeds, "how many (0..N-1) or a list a,b,c (default 3)");
  add_positive(*verb, "--budget", request->budget, "seconds of training per cell (default: each problem's)");
  add_whole(*verb, "--steps", request->steps, 1, kLargestExact, "updates per cell; alone it replaces the budget");
  verb->add_option("--set", request->sets, "KEY=VALUE, PROBLEM.KEY=VALUE, METHOD.KEY=VALUE or PROBLEM.METHOD.KEY=VALUE")
      ->take_all();
  verb->add_option("--sweep", request->sweeps, "KEY=A,B,...: a cell for every value; several sweeps multiply")
      ->take_all();
  verb->add_option("--config", request->config,
                   fmt::format("JSON: {}; options of the command line win", fmt::join(config_keys(), ", ")));
  add_positive(*verb, "--timeout", request->timeout, "wall seconds after which a cell is ended");
  verb->add_option("--memory-limit", request->memory_limit, "skip cells predicted to need more (default 4G)");
  add_whole(*verb, "--jobs", request->jobs, 1, 256,
            "cells side by side, each on a processor of its own; marks their times as not valid (default 1)");
  verb->add_flag("--timing", request->timing,
                 "measure again, alone, what ran beside other cells or did not have its processor (at most 3 times)");
  add_target_stop(*verb, request->target_stop);
  verb->add_option("--out", request->out, "run directory (default results/<time>); an unfinished one is continued");
  verb->add_flag("--quiet", request->quiet, "no progress");
  verb->add_flag("--specs", *specs, "measure nothing: print the cells, a specification a line (see cell)");
  for (const char* option : {"--problem", "--method", "--profile", "--out", "--config", "--seeds"})
    verb->get_option(option)->check([option](const std::string& text) {
      return text.empty() ? fmt::format("{} cannot be empty", option) : std::string{};
    });
  verb->callback([request, specs, &call] {
    call.exit_code = *specs ? print_specs(*request, call.catalogue) : run_suite(*request, call);
  });
}

}  // namespace physgrad::driver
