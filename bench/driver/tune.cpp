// physgrad-bench tune: the best of equally many settings for every method, as a config file for `run`.
#include <fmt/format.h>

#include <memory>

#include "number_options.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/resolved.hpp"
#include "physgrad/study/tuning.hpp"
#include "physgrad/study/workers.hpp"
#include "run_options.hpp"
#include "standard_streams.hpp"
#include "tuning_output.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct TuneRequest {
  RunRequest run;
  long trials = 16;
  std::string out;
  bool quiet = false;
};

int tune(TuneRequest request, const Call& call) {
  request.run = with_named_config(std::move(request.run));
  refuse_resolved(request.run, "tune");
  if (!request.run.file.sweeps.empty()) throw UsageError("a search takes no sweep; leave 'sweep' out of the config");
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
    run_trials(plan, request.trials, pair, [&](const Trial& trial, long index, long trials) {
      if (!request.quiet)
        tell(fmt::format("{} {} [{}/{}] {}: {:.3e}\n", pair.problem, pair.method, index + 1, trials,
                         trial.settings.empty() ? "as they are" : trial.settings, trial.loss));
    });
    save_tuning(plan, request.trials, pairs, request.out, call.command);
  }
  return conclude_tuning(pairs, request.out, call);
}

void add_tune_options(CLI::App& verb, TuneRequest& request) {
  verb.add_option("--problem", request.run.problems, "problems, or all")->delimiter(',');
  verb.add_option("--method", request.run.methods, "methods, compositions, or all");
  add_whole(verb, "--trials", request.trials, 1, 10000,
            "settings tried a pair, the present ones included (default 16)");
  add_positive(verb, "--budget", request.run.budget, "training seconds of a trial (default: each problem's)");
  add_whole(verb, "--steps", request.run.steps, 1, kLargestExact, "updates of a trial; alone it replaces the budget");
  verb.add_option("--seeds", request.run.seeds, "tuning seeds, a list (default 100; reports start at 0)");
  add_positive(verb, "--timeout", request.run.timeout, "wall seconds after which a trial is ended");
  add_threads(verb, request.run);
  verb.add_option("--set", request.run.sets, "settings that stay fixed, as for run: they are not searched")->take_all();
  verb.add_option("--config", request.run.config, "a config as for run; its settings stay fixed as well");
  verb.add_option("--out", request.out, "the config file to write")->required();
  verb.add_flag("--quiet", request.quiet, "no progress");
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
      "  physgrad-bench run --config tuned.json --seeds 6"));
  const auto request = std::make_shared<TuneRequest>();
  add_tune_options(*verb, *request);
  verb->callback([request, &call] { call.exit_code = tune(*request, call); });
}

}  // namespace physgrad::driver
