// physgrad-bench tune: the same number of trials, of the same length, for every method; the best settings become a
// config file for `run`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

#include "catalogue/search_space.hpp"
#include "cell_process.hpp"
#include "report/cell_lines.hpp"
#include "report/files.hpp"
#include "report/header_json.hpp"
#include "report/statistics.hpp"
#include "report/table.hpp"
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
  std::string settings;  ///< "rate=0.1 batch=32"; empty: as they are
  double loss = 0;       ///< median over the tuning seeds of the held-out loss at the end
  double seconds = 0;    ///< of training, over all seeds
};

struct TunedPair {
  std::string problem, method;
  std::vector<Trial> trials;
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
    losses.push_back(good ? miss_if_absent(record.final.test_loss) : std::numeric_limits<double>::infinity());
    if (!record.curve.empty()) trial.seconds += record.curve.back().seconds;
  }
  trial.loss = losses.empty() ? std::numeric_limits<double>::infinity() : quantile(losses, 0.5);
  return trial;
}

TunedPair tune_pair(const Plan& plan, const std::string& problem, const std::string& method,
                    const TuneRequest& request) {
  const ResolvedPair pair = resolve_pair(problem, method, plan.overrides);
  const std::vector<SearchRange> space = search_space(pair.used, static_cast<double>(pair.problem.samples));
  TunedPair tuned{problem, method, {}};
  for (long index = 0; index < request.trials && interrupted_by() == 0; ++index) {
    tuned.trials.push_back(run_trial(plan, problem, method, index == 0 ? "" : trial_settings(space, index)));
    const Trial& last = tuned.trials.back();
    if (!request.quiet)
      tell(fmt::format("{} {} [{}/{}] {}: {:.3e}\n", problem, method, index + 1, request.trials,
                       last.settings.empty() ? "as they are" : last.settings, last.loss));
  }
  return tuned;
}

OrderedJson trials_json(const TunedPair& pair) {
  OrderedJson json = OrderedJson::array();
  for (const Trial& trial : pair.trials)
    json.push_back({{"settings", trial.settings},
                    {"test_loss", number_json(trial.loss)},
                    {"seconds", number_json(trial.seconds)}});
  return json;
}

/// What `run --config` takes: the chosen settings, and where they come from.
OrderedJson config_json(const Plan& plan, const TuneRequest& request, const std::vector<TunedPair>& pairs,
                        const std::vector<std::string>& command) {
  OrderedJson settings = OrderedJson::object();
  for (const std::string& text : request.run.sets)
    settings[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  OrderedJson tuned = OrderedJson::array();
  for (const TunedPair& pair : pairs) {
    if (pair.trials.empty()) continue;
    std::istringstream best(pair.best().settings);
    for (std::string entry; best >> entry;) {
      const std::size_t equals = entry.find('=');
      settings[fmt::format("{}.{}.{}", pair.problem, pair.method, entry.substr(0, equals))] = entry.substr(equals + 1);
    }
    tuned.push_back({{"problem", pair.problem},
                     {"method", pair.method},
                     {"seconds", number_json(pair.seconds())},
                     {"trials", trials_json(pair)}});
  }
  const BuildFacts build = build_facts();
  return {{"problems", plan.problems},
          {"methods", plan.methods},
          {"settings", settings},
          {"tuning",
           {{"command", command},
            {"commit", build.commit},
            {"dirty", build.dirty},
            {"cpu", describe_environment().cpu},
            {"seeds", plan.seeds},
            {"trials_per_pair", request.trials},
            {"pairs", tuned}}}};
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
                          text_entry(best.settings.empty() ? "as they were" : best.settings)});
  }
  return table;
}

int tune(TuneRequest request, const std::vector<std::string>& command) {
  if (request.trials < 1 || request.trials > 10000)
    throw UsageError(fmt::format("--trials cannot be {}; expected 1 to 10000", request.trials));
  // Reports start at seed 0: what is tuned here is validated on other data and weights than it is compared on.
  if (request.run.seeds.empty()) request.run.seeds = "100,";
  check_output_path(request.out);
  const Plan plan = make_plan(request.run);
  catch_interrupts();
  warn_of_load(1);
  std::vector<TunedPair> pairs;
  for (const std::string& problem : plan.problems)
    for (const std::string& method : plan.methods) {
      if (interrupted_by() != 0 || !skip_reason(problem, method).empty()) continue;
      pairs.push_back(tune_pair(plan, problem, method, request));
      // After every pair, so that an interrupt loses nothing.
      try {
        write_text_file(request.out, dump_json(config_json(plan, request, pairs, command), 1) + "\n");
      } catch (const WriteError&) {  // what was found is shown at least
        fmt::print("{}\n", render({result_table(pairs)}, TableFormat::text));
        throw;
      }
    }
  fmt::print("{}\nSettings: {}\n", render({result_table(pairs)}, TableFormat::text), request.out);
  return interrupted_by() != 0 ? 128 + interrupted_by() : 0;
}

}  // namespace

void add_tune(CLI::App& app, int& exit_code, const std::vector<std::string>& command) {
  CLI::App* verb = app.add_subcommand("tune", "Search settings with equal trials for every method");
  verb->footer(
      "Trial 0 is the settings as they are, the others a Halton sequence over rate, batch, truncation, damping and "
      "the\n"
      "like; the smallest held-out loss on the tuning seeds wins.\nExamples:\n"
      "  physgrad-bench tune --problem heat --method dp-adam,pg,hig --trials 16 --budget 1 --out tuned.json\n"
      "  physgrad-bench run --config tuned.json --seeds 6");
  const auto request = std::make_shared<TuneRequest>();
  verb->add_option("--problem", request->run.problems, "problems, or all")->delimiter(',');
  verb->add_option("--method", request->run.methods, "methods, compositions, or all");
  verb->add_option("--trials", request->trials, "settings tried a pair, the present ones included (default 16)");
  verb->add_option("--budget", request->run.budget, "training seconds of a trial (default: each problem's)");
  verb->add_option("--steps", request->run.steps, "updates of a trial; alone it replaces the budget");
  verb->add_option("--seeds", request->run.seeds, "tuning seeds, a list (default 100; reports start at 0)");
  verb->add_option("--timeout", request->run.timeout, "wall seconds after which a trial is ended");
  verb->add_option("--set", request->run.sets, "settings that stay fixed, as for run")->take_all();
  verb->add_option("--out", request->out, "the config file to write")->required();
  verb->add_flag("--quiet", request->quiet, "no progress");
  verb->callback([request, &exit_code, command] { exit_code = tune(*request, command); });
}

}  // namespace physgrad::driver
