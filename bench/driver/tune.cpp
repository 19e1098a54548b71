// physgrad-bench tune: the best of equally many settings for every method, as a config file for `run`.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "number_options.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/resolved.hpp"
#include "physgrad/study/tuning.hpp"
#include "physgrad/study/workers.hpp"
#include "run_options.hpp"
#include "standard_streams.hpp"
#include "tune_study.hpp"
#include "tuning_output.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct TuneRequest {
  RunRequest run;
  std::optional<long> trials;
  std::string out, shard;
  StudyRequest study;
};

constexpr long kTrials = 16;  // of a search that is no study

/// --study and --out are two ways to search.
void check_way(const TuneRequest& request, const CLI::App& verb) {
  const bool study = !request.study.folder.empty();
  if (study == !request.out.empty())
    throw UsageError(study ? "--study and --out exclude each other; leave out one of them"
                           : "--out or --study is required: the config file to write, or the directory of a study");
  for (const char* option : {"--share", "--keep", "--shard", "--dry-run"})
    if (!study && verb.get_option(option)->count() > 0)
      throw UsageError(fmt::format("{} has no effect without --study", option));
}

int tune(TuneRequest request, bool keep_given, const Call& call) {
  request.run = with_named_config(std::move(request.run));
  refuse_resolved(request.run, "tune");
  if (!request.run.file.sweeps.empty()) throw UsageError("a search takes no sweep; leave 'sweep' out of the config");
  if (!request.study.folder.empty()) {
    request.study.options.trials = request.trials.value_or(request.study.options.trials);
    StudyOptions& options = request.study.options;
    if (!keep_given) options.keep = std::min(options.keep, options.trials);
    options.shard = parse_shard(request.shard);
    request.run.tuned_seeds.clear();
    return tune_study(std::move(request.run), request.study, call);
  }
  const long trials = request.trials.value_or(kTrials);
  // Reports start at seed 0: what is tuned here is validated on other data and weights than it is compared on.
  if (request.run.seeds.empty()) request.run.seeds = "100,";
  request.run.tuned_seeds.clear();
  check_output_path(request.out);
  const Plan plan = make_plan(call.catalogue, request.run);
  std::vector<TunedPair> pairs = planned_searches(plan);
  for (const TunedPair& pair : pairs)
    if (pair.space.empty())
      call.tell(fmt::format("nothing is left to search for {} on {}: one trial, of the settings as they are",
                            pair.method, pair.problem));
  catch_interrupts();
  if (const std::string line = load_line(plan.limits.threads); !line.empty()) call.tell(line);
  for (TunedPair& pair : pairs) {
    if (interrupted_by() != 0) break;
    run_trials(plan, trials, pair, [&](const Trial& trial, long index, long count) {
      if (!request.study.quiet)
        tell(fmt::format("{} {} [{}/{}] {}: {:.3e}\n", pair.problem, pair.method, index + 1, count,
                         trial.settings.empty() ? "as they are" : trial.settings, trial.loss));
    });
    save_tuning(plan, trials, pairs, request.out, call.command);
  }
  return conclude_tuning(pairs, request.out, call);
}

void add_tune_options(CLI::App& verb, TuneRequest& request) {
  verb.add_option("--problem", request.run.problems, "problems, or all")->delimiter(',');
  verb.add_option("--method", request.run.methods, "methods, compositions, or all");
  add_whole(verb, "--trials", request.trials, 1, 10000,
            "settings tried a pair, the present ones included (default 16; of a study 24)");
  add_positive(verb, "--budget", request.run.budget, "training seconds of a trial (default: each problem's)");
  add_whole(verb, "--steps", request.run.steps, 1, kLargestExact, "updates of a trial; alone it replaces the budget");
  verb.add_option(
      "--seeds", request.run.seeds,
      "tuning seeds, a list such as 100, with its comma (default '100,', of a study 100,101,102; reports start at 0)");
  add_positive(verb, "--timeout", request.run.timeout, "wall seconds after which a trial is ended");
  add_threads(verb, request.run);
  verb.add_option("--set", request.run.sets, "settings that stay fixed, as for run: they are not searched")->take_all();
  verb.add_option("--config", request.run.config, "a config as for run; its settings stay fixed as well");
  verb.add_option("--out", request.out, "the config file to write");
  verb.add_flag("--quiet", request.study.quiet, "no progress");
}

void add_study_options(CLI::App& verb, TuneRequest& request) {
  StudyRequest& study = request.study;
  verb.add_option("--study", study.folder,
                  "in place of --out: a directory for a study by successive halving; an unfinished one is continued");
  add_positive(verb, "--share", study.options.share,
               "of a study: share of the budget in its first rung (default 0.25)");
  add_whole(verb, "--keep", study.options.keep, 1, 10000,
            "of a study: trials that have the whole budget in its second rung (default 6)");
  verb.add_option("--shard", request.shard, "i/n: of a study the i-th of n parts; slurm: by the job array");
  verb.add_flag("--dry-run", study.dry_run, "of a study: only say how many pairs there are, and how long they take");
}

}  // namespace

void add_tune(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("tune", "Search settings with equal trials for every method");
  verb->footer(call.help(
      "Trial 0 is the settings as they are, the others a Halton sequence over rate, batch, truncation, damping and "
      "the\n"
      "like, without what --set, --config or a composition fixes; the smallest held-out loss on the tuning seeds "
      "wins.\nExamples:\n"
      "  physgrad-bench tune --problem heat --method dp-adam,pg,hig --trials 16 --budget 1 --out tuned.json\n"
      "  physgrad-bench run --config tuned.json --seeds 6\n"
      "A study is of all pairs (or those of --problem and --method): trial 0 is the method's own defaults, the others "
      "are\nthe same points for all methods that share a setting; all at --share of the budget on the first seed, the "
      "--keep\nbest at the whole budget on the others, of which the smallest median is chosen (docs/measuring.md).\n"
      "  physgrad-bench tune --study results/tuning --shard 1/2"));
  const auto request = std::make_shared<TuneRequest>();
  add_tune_options(*verb, *request);
  add_study_options(*verb, *request);
  verb->callback([request, verb, &call] {
    check_way(*request, *verb);
    call.exit_code = tune(*request, verb->get_option("--keep")->count() > 0, call);
  });
}

}  // namespace physgrad::driver
