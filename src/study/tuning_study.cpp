#include "physgrad/study/tuning_study.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "physgrad/catalogue/facts.hpp"
#include "physgrad/core/numbers.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/study/spec.hpp"
#include "physgrad/study/trial.hpp"

namespace physgrad {
namespace {

// Of wall time, evaluation included: so many budgets, and at least so many seconds.
constexpr double kTimeoutBudgets = 10, kLeastTimeout = 10;
constexpr std::size_t kLongestReason = 80;

/// Short in a file: more digits choose nothing.
double short_number(double value) {
  return std::isfinite(value) ? std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr) : value;
}

CellLimits limits_in(const Plan& plan, const std::string& problem, double share) {
  CellLimits limits = plan.limits_of(problem);
  if (std::isnan(limits.timeout_seconds) && !std::isnan(limits.budget_seconds))
    limits.timeout_seconds = std::max(kTimeoutBudgets * limits.budget_seconds, kLeastTimeout);
  limits.budget_seconds *= share;
  limits.steps = std::ceil(share * limits.steps);
  return limits;
}

std::string text_of(const SettingMap& settings) {
  std::vector<std::string> entries;
  for (const auto& [key, value] : settings) entries.push_back(fmt::format("{}={}", key, to_text(value)));
  return fmt::format("{}", fmt::join(entries, " "));
}

/// One pair under way.
class Halving {
 public:
  Halving(const Plan& plan, StudiedPair& pair, const StudyProgress& progress)
      : plan_(plan), pair_(pair), progress_(progress) {}

  /// The loss of a trial under these limits; nothing at an interrupt.
  std::optional<double> loss_of(long trial, std::uint64_t seed, const CellLimits& limits) {
    CellSpec spec =
        trial_spec(plan_, pair_.problem, pair_.method, text_of(pair_.trials[static_cast<std::size_t>(trial)]), limits);
    spec.key.seed = seed;
    TrialRun run = run_trial(spec);
    if (run.interrupted) return std::nullopt;
    pair_.seconds += run.seconds;
    pair_.processor_share = std::fmin(pair_.processor_share, short_number(run.processor_share));
    if (run.failure.empty() && !(std::isnan(limits.budget_seconds) || run.first_step <= limits.budget_seconds))
      run.failure = std::isnan(run.first_step) ? "no step within the budget"
                                               : fmt::format("its first step takes {:.2g} s of a budget of {:.2g} s",
                                                             run.first_step, limits.budget_seconds);
    if (!run.failure.empty()) pair_.failures.push_back({trial, seed, one_line(run.failure, kLongestReason)});
    const double loss = run.failure.empty() && std::isfinite(run.loss) ? short_number(run.loss) : kInfinity;
    progress_(pair_, trial, seed, loss);
    return loss;
  }

 private:
  const Plan& plan_;
  StudiedPair& pair_;
  const StudyProgress& progress_;
};

}  // namespace

void check_study(const Plan& plan, const StudyOptions& options) {
  if (plan.seeds.size() < 2)
    throw UsageError(
        fmt::format("--seeds has {} for a study; expected the first rung's and at least one more", plan.seeds.size()));
  if (options.share > 1)
    throw UsageError(fmt::format("--share cannot be {}; expected a share of the budget, at most 1", options.share));
  if (options.keep > options.trials)
    throw UsageError(
        fmt::format("--keep cannot be {} of {} trials; expected at most as many", options.keep, options.trials));
}

std::vector<std::pair<std::string, std::string>> study_pairs(const Plan& plan, const StudyOptions& options) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::size_t place = 0;
  for (const std::string& problem : plan.problems)
    for (const std::string& method : plan.methods)
      if (skip_reason(plan.catalogue, problem, method).empty() &&
          (!options.shard || place++ % options.shard->count + 1 == options.shard->index))
        pairs.emplace_back(problem, method);
  if (!pairs.empty()) return pairs;
  if (place > 0)
    throw UsageError(fmt::format("--shard {}/{}: there are {} pairs, and none is left for it", options.shard->index,
                                 options.shard->count, place));
  throw UsageError("nothing to tune: " + skip_reason(plan.catalogue, plan.problems.front(), plan.methods.front()));
}

std::vector<long> best_trials(const std::vector<double>& losses, long keep) {
  std::vector<long> order;
  for (std::size_t i = 0; i < losses.size(); ++i)
    if (std::isfinite(losses[i])) order.push_back(static_cast<long>(i));
  std::ranges::stable_sort(order, {}, [&](long i) { return losses[static_cast<std::size_t>(i)]; });
  order.resize(std::min(order.size(), static_cast<std::size_t>(keep)));
  return order;
}

long chosen_trial(const std::vector<KeptTrial>& second) {
  const auto best = std::ranges::min_element(second, {}, &KeptTrial::median);
  return best == second.end() || !std::isfinite(best->median()) ? -1 : best->trial;
}

std::optional<StudiedPair> study_pair(const Plan& plan, const StudyOptions& options, StudiedPair pair,
                                      const StudyProgress& progress) {
  const CellLimits whole = limits_in(plan, pair.problem, 1), part = limits_in(plan, pair.problem, options.share);
  pair.budget_seconds = whole.budget_seconds;
  pair.steps = whole.steps;
  Halving halving(plan, pair, progress);
  for (std::size_t trial = 0; trial < pair.trials.size(); ++trial) {
    const std::optional<double> loss = halving.loss_of(static_cast<long>(trial), plan.seeds.front(), part);
    if (!loss) return std::nullopt;
    pair.first.push_back(*loss);
  }
  for (const long trial : best_trials(pair.first, options.keep)) {
    pair.second.push_back({trial, {}});
    for (std::size_t seed = 1; seed < plan.seeds.size(); ++seed) {
      const std::optional<double> loss = halving.loss_of(trial, plan.seeds[seed], whole);
      if (!loss) return std::nullopt;
      pair.second.back().losses.push_back(*loss);
    }
  }
  pair.seconds = short_number(pair.seconds);
  pair.chosen = chosen_trial(pair.second);
  return pair;
}

double study_seconds(const Plan& plan, const StudyOptions& options, const StudiedPair& pair) {
  const auto trials = static_cast<double>(pair.trials.size());
  const double second =
      std::min(trials, static_cast<double>(options.keep)) * static_cast<double>(plan.seeds.size() - 1);
  return plan.budget_of(pair.problem) * (trials * options.share + second);
}

StudyHeader study_header(const Plan& plan, const StudyOptions& options, const std::vector<std::string>& command) {
  const BuildFacts build = build_facts();
  StudyHeader header;
  header.program = program_of(plan.catalogue);
  header.commit = build.commit;
  header.dirty = build.dirty;
  header.cpu = describe_environment().cpu;
  header.command = command;
  header.seeds = plan.seeds;
  header.trials = options.trials;
  header.keep = options.keep;
  header.share = options.share;
  if (options.shard) header.shard = fmt::format("{}/{}", options.shard->index, options.shard->count);
  header.limits = plan.limits;
  header.settings = plan.limits.settings;
  header.problems = plan.problems;
  header.methods = plan.methods;
  return header;
}

}  // namespace physgrad
