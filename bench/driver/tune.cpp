// physgrad-bench tune: the best of equally many settings for every method, as a config file for `run`.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "number_options.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/resolved.hpp"
#include "physgrad/study/tuning.hpp"
#include "physgrad/study/workers.hpp"
#include "physgrad/tables/table.hpp"
#include "standard_streams.hpp"
#include "table_format.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct TuneRequest {
  RunRequest run;
  long trials = 16;
  std::string out;
  bool quiet = false;
};

Table result_table(const std::vector<TunedPair>& pairs) {
  Table table{
      "Tuned settings",
      "tuning",
      {{"problem", false}, {"method", false}, {"trials"}, {"seconds"}, {"before"}, {"best"}, {"settings", false}},
      {},
      {"before, best: held-out loss on the tuning seeds, of the settings as they were and of the best trial"}};
  for (const TunedPair& pair : pairs) {
    if (pair.trials.empty()) continue;
    const Trial& best = pair.best();
    table.rows.push_back({text_entry(pair.problem), text_entry(pair.method),
                          number_entry(static_cast<double>(pair.trials.size())), number_entry(pair.seconds()),
                          number_entry(pair.trials.front().loss), number_entry(best.loss),
                          text_entry(!pair.found()           ? "every trial failed"
                                     : best.settings.empty() ? "as they were"
                                                             : best.settings)});
  }
  return table;
}

/// After every pair, so that an interrupt loses nothing; a search that found nothing leaves no file.
void save(const Plan& plan, const TuneRequest& request, const std::vector<TunedPair>& pairs,
          const std::vector<std::string>& command) {
  if (std::ranges::none_of(pairs, &TunedPair::found)) return;
  try {
    write_text_file(request.out, tuned_config(plan, request.trials, pairs, command));
  } catch (const WriteError&) {  // what was found is shown at least
    fmt::print("{}\n", render({result_table(pairs)}, TableFormat::text, output_style()));
    throw;
  }
}

/// Prints what was found, says what was not, and returns the exit code.
int conclude_tuning(const std::vector<TunedPair>& pairs, const std::string& path, const Call& call) {
  const bool found = std::ranges::any_of(pairs, &TunedPair::found);
  fmt::print("{}\n{}", render({result_table(pairs)}, TableFormat::text, output_style()),
             found ? fmt::format("Settings: {}\n", path) : "");
  for (const TunedPair& pair : pairs)
    if (!pair.trials.empty() && !pair.found())
      call.tell(fmt::format("every trial of {} on {} failed, no settings for it are written ({})", pair.method,
                            pair.problem,
                            pair.trials.front().failures.empty() ? "no loss" : pair.trials.front().failures.front()));
  if (interrupted_by() != 0) return 128 + interrupted_by();
  return found ? 0 : kFailure;
}

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
  if (const std::string line = load_line(1); !line.empty()) call.tell(line);
  for (TunedPair& pair : pairs) {
    if (interrupted_by() != 0) break;
    run_trials(plan, request.trials, pair, [&](const Trial& trial, long index, long trials) {
      if (!request.quiet)
        tell(fmt::format("{} {} [{}/{}] {}: {:.3e}\n", pair.problem, pair.method, index + 1, trials,
                         trial.settings.empty() ? "as they are" : trial.settings, trial.loss));
    });
    save(plan, request, pairs, call.command);
  }
  return conclude_tuning(pairs, request.out, call);
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
  verb->add_option("--problem", request->run.problems, "problems, or all")->delimiter(',');
  verb->add_option("--method", request->run.methods, "methods, compositions, or all");
  add_whole(*verb, "--trials", request->trials, 1, 10000,
            "settings tried a pair, the present ones included (default 16)");
  add_positive(*verb, "--budget", request->run.budget, "training seconds of a trial (default: each problem's)");
  add_whole(*verb, "--steps", request->run.steps, 1, kLargestExact, "updates of a trial; alone it replaces the budget");
  verb->add_option("--seeds", request->run.seeds, "tuning seeds, a list (default 100; reports start at 0)");
  add_positive(*verb, "--timeout", request->run.timeout, "wall seconds after which a trial is ended");
  verb->add_option("--set", request->run.sets, "settings that stay fixed, as for run: they are not searched")
      ->take_all();
  verb->add_option("--config", request->run.config, "a config as for run; its settings stay fixed as well");
  verb->add_option("--out", request->out, "the config file to write")->required();
  verb->add_flag("--quiet", request->quiet, "no progress");
  verb->callback([request, &call] { call.exit_code = tune(*request, call); });
}

}  // namespace physgrad::driver
