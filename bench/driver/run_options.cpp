#include "run_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "number_options.hpp"
#include "physgrad/study/config.hpp"

namespace physgrad::driver {
namespace {

void add_target_stop(CLI::App& verb, std::optional<bool>& stop) {
  CLI::Option* yes = verb.add_flag_callback(
      "--target-stop", [&stop] { stop = true; }, "end a cell at its last target");
  verb.add_flag_callback(
          "--no-target-stop", [&stop] { stop = false; }, "go on there, whatever the config says")
      ->excludes(yes);
}

/// What is measured.
void add_cell_options(CLI::App& verb, RunRequest& request) {
  verb.add_option("--problem", request.problems, "problems or patterns such as 'he*', or all")->delimiter(',');
  verb.add_option("--method", request.methods,
                  "methods or patterns such as 'dp-*', or all, or "
                  "compose:loss=..,physics=..,network=..,rule=..,search=..,KEY=VALUE");
  verb.add_option("--profile", request.profile,
                  "quick (default, 2 minutes), standard (the whole catalogue, 50 minutes), paper (published set-ups)");
  verb.add_option("--seeds", request.seeds, "how many (0..N-1) or a list a,b,c (default 3)");
  add_positive(verb, "--budget", request.budget, "seconds of training per cell (default: each problem's)");
  add_whole(verb, "--steps", request.steps, 1, kLargestExact, "updates per cell; alone it replaces the budget");
  verb.add_option("--set", request.sets, "KEY=VALUE, PROBLEM.KEY=VALUE, METHOD.KEY=VALUE or PROBLEM.METHOD.KEY=VALUE")
      ->take_all();
  verb.add_option("--sweep", request.sweeps, "KEY=A,B,...: a cell for every value; several sweeps multiply")
      ->take_all();
  verb.add_option("--config", request.config,
                  fmt::format("JSON: {}; options of the command line win", fmt::join(config_keys(), ", ")));
  add_positive(verb, "--timeout", request.timeout, "wall seconds after which a cell is ended");
  verb.add_option("--memory-limit", request.memory_limit, "skip cells predicted to need more (default 4G)");
  add_target_stop(verb, request.target_stop);
  add_threads(verb, request);
}

/// How, where, and which part.
void add_conduct_options(CLI::App& verb, RunRequest& request, RunMode& mode) {
  add_whole(verb, "--jobs", request.jobs, 1, 256,
            "cells side by side, each on a processor of its own; marks their times as not valid (default 1)");
  verb.add_flag("--timing", request.timing,
                "measure again, alone, what ran beside other cells or did not have its processor (at most 3 times)");
  verb.add_flag("--save-weights", request.save_weights,
                "keep the weights that each cell ends with, in weights/ of the run directory");
  verb.add_option("--out", request.out, "run directory (default results/<time>); an unfinished one is continued");
  verb.add_option("--shard", request.shard,
                  "i/n: the i-th of n parts, in one --out for all or one each (see merge); slurm: by the job array");
  verb.add_option(
          "--only", request.only,
          "measure again, in the run of --out: failed, missing, or a pattern for PROBLEM/METHOD or a cell's file")
      ->take_all();
  verb.add_flag("--quiet", request.quiet, "no progress");
  CLI::Option* specs =
      verb.add_flag("--specs", mode.specs, "measure nothing: print the cells, a specification a line (see cell)");
  verb.add_flag("--dry-run", mode.dry_run, "measure and write nothing: print the plan, its memory and its time")
      ->excludes(specs);
}

}  // namespace

void add_threads(CLI::App& verb, RunRequest& request) {
  add_whole(verb, "--threads", request.threads, 1, kMostThreads,
            "threads that a cell's step computes on (default 1); cells of other numbers are not compared");
}

void add_run_options(CLI::App& verb, RunRequest& request, RunMode& mode) {
  add_cell_options(verb, request);
  add_conduct_options(verb, request, mode);
  for (const char* option : {"--problem", "--method", "--profile", "--out", "--config", "--seeds", "--shard", "--only"})
    verb.get_option(option)->check([option](const std::string& text) {
      return text.empty() ? fmt::format("{} cannot be empty", option) : std::string{};
    });
}

}  // namespace physgrad::driver
