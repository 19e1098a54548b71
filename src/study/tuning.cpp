#include "physgrad/study/tuning.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "physgrad/catalogue/composition.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/study/interrupts.hpp"
#include "physgrad/study/trial.hpp"

namespace physgrad {
namespace {

/// The settings of trial `index`, from 1; the first trial, 0, is what stands in the catalogue.
std::string trial_settings(const std::vector<SearchRange>& space, long index) {
  const SettingMap point = trial_point(space, index);
  std::vector<std::string> entries;
  for (const SearchRange& range : space)
    entries.push_back(fmt::format("{}={}", range.key, to_text(point.at(range.key))));
  return fmt::format("{}", fmt::join(entries, " "));
}

/// Held-out loss after training with `settings`, infinite for whatever did not succeed.
Trial trial_of(const Plan& plan, const std::string& problem, const std::string& method, const std::string& settings) {
  Trial trial{settings, 0, 0};
  CellSpec spec = trial_spec(plan, problem, method, settings, plan.limits_of(problem));
  std::vector<double> losses;
  for (const std::uint64_t seed : plan.seeds) {
    spec.key.seed = seed;
    const TrialRun run = run_trial(spec);
    if (run.interrupted) break;
    if (!run.failure.empty()) trial.failures.push_back(fmt::format("seed {}: {}", seed, run.failure));
    losses.push_back(run.loss);
    trial.seconds += run.seconds;
  }
  trial.loss = losses.empty() ? std::numeric_limits<double>::infinity() : quantile(losses, 0.5);
  return trial;
}

/// What is fixed for the pair and what is left to search: nothing that was given, or that a composition's name says.
TunedPair search_of(const Plan& plan, const std::string& problem, const std::string& method) {
  const ResolvedPair pair = resolve_pair(plan.catalogue, problem, method, plan.overrides);
  TunedPair tuned{problem, method, pair.given,
                  search_space(pair.method_specs, static_cast<double>(pair.problem.samples))};
  if (is_composition(method))
    for (const auto& [key, value] : parse_composition(plan.catalogue.parts(), method).defaults)
      tuned.fixed[key] = value;
  std::erase_if(tuned.space, [&](const SearchRange& range) { return tuned.fixed.contains(range.key); });
  return tuned;
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

}  // namespace

std::vector<TunedPair> planned_searches(const Plan& plan) {
  std::vector<TunedPair> pairs;
  for (const std::string& problem : plan.problems)
    for (const std::string& method : plan.methods)
      if (skip_reason(plan.catalogue, problem, method).empty()) pairs.push_back(search_of(plan, problem, method));
  if (pairs.empty())
    throw UsageError("nothing to tune: " + skip_reason(plan.catalogue, plan.problems.front(), plan.methods.front()));
  const auto has_space = [](const TunedPair& pair) { return !pair.space.empty(); };
  if (std::ranges::none_of(pairs, has_space)) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : pairs.front().fixed) keys.push_back(key);
    throw UsageError(fmt::format("nothing is left to search for {} on {}: {} fixed", pairs.front().method,
                                 pairs.front().problem, fmt::join(keys, ", ")));
  }
  return pairs;
}

void run_trials(const Plan& plan, long asked, TunedPair& tuned,
                const std::function<void(const Trial&, long, long)>& done) {
  const long trials = tuned.space.empty() ? 1 : asked;
  for (long index = 0; index < trials && interrupted_by() == 0; ++index) {
    const std::string settings = index == 0 ? "" : trial_settings(tuned.space, index);
    if (std::ranges::find(tuned.trials, settings, &Trial::settings) != tuned.trials.end()) continue;  // few choices
    tuned.trials.push_back(trial_of(plan, tuned.problem, tuned.method, settings));
    done(tuned.trials.back(), index, trials);
  }
}

std::string tuned_config(const Plan& plan, long trials, const std::vector<TunedPair>& pairs,
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
  config["tuning"] = {
      {"command", command},  {"commit", build.commit},    {"dirty", build.dirty}, {"cpu", describe_environment().cpu},
      {"seeds", plan.seeds}, {"trials_per_pair", trials}, {"pairs", tuned}};
  return dump_json(config, 1) + "\n";
}

}  // namespace physgrad
