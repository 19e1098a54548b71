// physgrad-bench tune: the same number of trials, of the same length, for every method; the best settings become a
// config file for `run`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cell_process.hpp"
#include "number_options.hpp"
#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/search_space.hpp"
#include "physgrad/files/files.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/header_json.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/table.hpp"
#include "standard_streams.hpp"
#include "verbs.hpp"
#include "workers.hpp"

namespace physgrad::driver {
namespace {

struct TuneRequest {
  RunRequest run;
  long trials = 16;
  std::string out;
  bool quiet = false;
};

/// One choice of settings and what came of it.
struct Trial {
  std::string settings;                    ///< "rate=0.1 batch=32"; empty: as they are
  double loss = 0;                         ///< median over the tuning seeds of the held-out loss at the end
  double seconds = 0;                      ///< of training, over all seeds
  std::vector<std::string> failures = {};  ///< of the seeds that did not succeed
};

struct TunedPair {
  std::string problem, method;
  SettingMap fixed;                ///< what was given, and is not searched
  std::vector<SearchRange> space;  ///< what is
  std::vector<Trial> trials = {};
  /// Whether a trial has a loss to choose by.
  [[nodiscard]] bool found() const { return !trials.empty() && std::isfinite(best().loss); }
  [[nodiscard]] const Trial& best() const { return *std::ranges::min_element(trials, {}, &Trial::loss); }
  [[nodiscard]] double seconds() const {
    double sum = 0;
    for (const Trial& trial : trials) sum += trial.seconds;
    return sum;
  }
};

/// The settings of trial `index`, from 1; the first trial, 0, is what stands in the catalogue.
std::string trial_settings(const std::vector<SearchRange>& space, long index) {
  const std::vector<double> point = halton_point(index, space.size());
  std::vector<std::string> entries;
  for (std::size_t d = 0; d < space.size(); ++d)
    entries.push_back(fmt::format("{}={}", space[d].key, to_text(space[d].at(point[d]))));
  return fmt::format("{}", fmt::join(entries, " "));
}

/// Held-out loss after training with `settings`, infinite for whatever did not succeed.
Trial run_trial(const Plan& plan, const std::string& problem, const std::string& method, const std::string& settings) {
  Trial trial{settings, 0, 0};
  std::vector<double> losses;
  for (const std::uint64_t seed : plan.seeds) {
    CellLines lines;
    const CellExit exit = run_cell(plan, job_of(plan, {problem, method, seed, "", settings}), false,
                                   [&](const std::string& line) { lines.add(line, "trial"); });
    if (exit.interrupted) break;
    const CellRecord record = lines.record();
    const bool good = lines.finished() && succeeded(record);
    if (!good)
      trial.failures.push_back(lines.finished()
                                   ? fmt::format("seed {}: {}: {}", seed, to_text(record.status), record.reason)
                                   : fmt::format("seed {}: {}", seed, exit.timed_out ? "timeout" : exit.failure));
    losses.push_back(good ? miss_if_absent(record.final.test_loss) : std::numeric_limits<double>::infinity());
    if (!record.curve.empty()) trial.seconds += record.curve.back().seconds;
  }
  trial.loss = losses.empty() ? std::numeric_limits<double>::infinity() : quantile(losses, 0.5);
  return trial;
}

/// What is fixed for the pair and what is left to search: nothing that was given, or that a composition's name says.
TunedPair search_of(const Plan& plan, const std::string& problem, const std::string& method) {
  const ResolvedPair pair = resolve_pair(problem, method, plan.overrides);
  TunedPair tuned{problem, method, pair.given, search_space(pair.used, static_cast<double>(pair.problem.samples))};
  if (is_composition(method))
    for (const auto& [key, value] : parse_composition(method).defaults) tuned.fixed[key] = value;
  std::erase_if(tuned.space, [&](const SearchRange& range) { return tuned.fixed.contains(range.key); });
  return tuned;
}

/// Tries the settings as they are and, where there is something to search, `trials` in all.
void run_trials(const Plan& plan, const TuneRequest& request, TunedPair& tuned) {
  const long trials = tuned.space.empty() ? 1 : request.trials;
  for (long index = 0; index < trials && interrupted_by() == 0; ++index) {
    tuned.trials.push_back(
        run_trial(plan, tuned.problem, tuned.method, index == 0 ? "" : trial_settings(tuned.space, index)));
    const Trial& last = tuned.trials.back();
    if (!request.quiet)
      tell(fmt::format("{} {} [{}/{}] {}: {:.3e}\n", tuned.problem, tuned.method, index + 1, trials,
                       last.settings.empty() ? "as they are" : last.settings, last.loss));
  }
}

OrderedJson trials_json(const TunedPair& pair) {
  OrderedJson json = OrderedJson::array();
  for (const Trial& trial : pair.trials)
    json.push_back({{"settings", trial.settings},
                    {"test_loss", number_json(trial.loss)},
                    {"seconds", number_json(trial.seconds)},
                    {"failures", trial.failures}});
  return json;
}

/// What `run --config` takes: the chosen settings, and where they come from.
OrderedJson config_json(const Plan& plan, const TuneRequest& request, const std::vector<TunedPair>& pairs,
                        const std::vector<std::string>& command) {
  OrderedJson settings = OrderedJson::object();
  for (const std::string& text : plan.limits.settings) {
    const auto [key, value] = split_setting(text);
    settings[key] = value;
  }
  OrderedJson tuned = OrderedJson::array();
  for (const TunedPair& pair : pairs) {
    if (pair.trials.empty()) continue;
    std::istringstream best(pair.found() ? pair.best().settings : "");
    for (std::string entry; best >> entry;) {
      const auto [key, value] = split_setting(entry);
      settings[fmt::format("{}.{}.{}", pair.problem, pair.method, key)] = value;
    }
    std::vector<std::string> searched;
    for (const SearchRange& range : pair.space) searched.push_back(range.key);
    tuned.push_back({{"problem", pair.problem},
                     {"method", pair.method},
                     {"seconds", number_json(pair.seconds())},
                     {"found", pair.found()},
                     {"searched", searched},
                     {"fixed", settings_json(pair.fixed)},
                     {"trials", trials_json(pair)}});
  }
  const BuildFacts build = build_facts();
  OrderedJson config = {{"problems", plan.problems}, {"methods", plan.methods}, {"settings", settings}};
  config["tuning"] = {{"command", command},   {"commit", build.commit},
                      {"dirty", build.dirty}, {"cpu", describe_environment().cpu},
                      {"seeds", plan.seeds},  {"trials_per_pair", request.trials},
                      {"pairs", tuned}};
  return config;
}

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

/// The pairs that run, with what is left to search in each. Throws UsageError where that is nothing anywhere.
std::vector<TunedPair> planned_searches(const Plan& plan) {
  std::vector<TunedPair> pairs;
  for (const std::string& problem : plan.problems)
    for (const std::string& method : plan.methods)
      if (skip_reason(problem, method).empty()) pairs.push_back(search_of(plan, problem, method));
  if (pairs.empty()) throw UsageError("nothing to tune: " + skip_reason(plan.problems.front(), plan.methods.front()));
  const auto has_space = [](const TunedPair& pair) { return !pair.space.empty(); };
  if (std::ranges::none_of(pairs, has_space)) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : pairs.front().fixed) keys.push_back(key);
    throw UsageError(fmt::format("nothing is left to search for {} on {}: {} fixed", pairs.front().method,
                                 pairs.front().problem, fmt::join(keys, ", ")));
  }
  for (const TunedPair& pair : pairs)
    if (!has_space(pair))
      tell(fmt::format(
          "physgrad-bench: nothing is left to search for {} on {}: one trial, of the settings as they are\n",
          pair.method, pair.problem));
  return pairs;
}

/// After every pair, so that an interrupt loses nothing; a search that found nothing leaves no file.
void save(const Plan& plan, const TuneRequest& request, const std::vector<TunedPair>& pairs,
          const std::vector<std::string>& command) {
  if (std::ranges::none_of(pairs, &TunedPair::found)) return;
  try {
    write_text_file(request.out, dump_json(config_json(plan, request, pairs, command), 1) + "\n");
  } catch (const WriteError&) {  // what was found is shown at least
    fmt::print("{}\n", render({result_table(pairs)}, TableFormat::text));
    throw;
  }
}

/// Prints what was found, says what was not, and returns the exit code.
int conclude_tuning(const std::vector<TunedPair>& pairs, const std::string& path) {
  const bool found = std::ranges::any_of(pairs, &TunedPair::found);
  fmt::print("{}\n{}", render({result_table(pairs)}, TableFormat::text),
             found ? fmt::format("Settings: {}\n", path) : "");
  for (const TunedPair& pair : pairs)
    if (!pair.trials.empty() && !pair.found())
      tell(fmt::format("physgrad-bench: every trial of {} on {} failed, no settings for it are written ({})\n",
                       pair.method, pair.problem,
                       pair.trials.front().failures.empty() ? "no loss" : pair.trials.front().failures.front()));
  if (interrupted_by() != 0) return 128 + interrupted_by();
  return found ? 0 : kFailure;
}

int tune(TuneRequest request, const std::vector<std::string>& command) {
  request.run = with_named_config(std::move(request.run));
  if (!request.run.file.sweeps.empty()) throw UsageError("a search takes no sweep; leave 'sweep' out of the config");
  // Reports start at seed 0: what is tuned here is validated on other data and weights than it is compared on.
  if (request.run.seeds.empty()) request.run.seeds = "100,";
  request.run.tuned_seeds.clear();
  check_output_path(request.out);
  const Plan plan = make_plan(request.run);
  std::vector<TunedPair> pairs = planned_searches(plan);
  catch_interrupts();
  warn_of_load(1);
  for (TunedPair& pair : pairs) {
    if (interrupted_by() != 0) break;
    run_trials(plan, request, pair);
    save(plan, request, pairs, command);
  }
  return conclude_tuning(pairs, request.out);
}

}  // namespace

void add_tune(CLI::App& app, int& exit_code, const std::vector<std::string>& command) {
  CLI::App* verb = app.add_subcommand("tune", "Search settings with equal trials for every method");
  verb->footer(
      "Trial 0 is the settings as they are, the others a Halton sequence over rate, batch, truncation, damping and "
      "the\n"
      "like, without what --set, --config or a composition fixes; the smallest held-out loss on the tuning seeds "
      "wins.\nExamples:\n"
      "  physgrad-bench tune --problem heat --method dp-adam,pg,hig --trials 16 --budget 1 --out tuned.json\n"
      "  physgrad-bench run --config tuned.json --seeds 6");
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
  verb->callback([request, &exit_code, command] { exit_code = tune(*request, command); });
}

}  // namespace physgrad::driver
