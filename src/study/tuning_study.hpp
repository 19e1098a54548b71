#pragma once
// Equal tuning for whole catalogues, by successive halving (Karnin, Koren, Somekh, ICML 2013; Jamieson, Talwalkar,
// AISTATS 2016), of two rungs: every trial on one seed and a share of the budget, then the best on others and all of
// it.
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/record/tuning_study.hpp"
#include "physgrad/study/plan.hpp"
#include "physgrad/study/shard.hpp"

namespace physgrad {

struct StudyOptions {
  long trials = 24;     ///< of a pair in the first rung, its defaults included
  double share = 0.25;  ///< of the budget, in the first rung
  long keep = 6;        ///< of them for the second (of fewer trials: all)
  std::optional<Shard> shard = {};
};

/// Throws UsageError for options that make no study: one seed, more to keep than there are trials, sweeps.
void check_study(const Plan& plan, const StudyOptions& options);

/// Problem and method of the pairs that run, of a shard's every n-th. Throws UsageError where there are none.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> study_pairs(const Plan& plan,
                                                                           const StudyOptions& options);

/// What is going to be tried: the method's own defaults, then points that depend on the method's ranges and nothing
/// else, so that methods with a setting in common have the same places in it. Ranges around a value are around the
/// method's default (where the problem's file has another rule, that rule's). What the plan's overrides, a
/// composition's text or, of settings that are not searched, the problem's file say is `fixed`. Settings that change
/// nothing keep their default; what was there already is left out.
[[nodiscard]] StudiedPair planned_trials(const Plan& plan, const std::string& problem, const std::string& method,
                                         long trials);

/// The `keep` smallest of the losses that are finite, the smallest first.
[[nodiscard]] std::vector<long> best_trials(const std::vector<double>& losses, long keep);
/// The trial with the smallest median, the first of equals; -1 where none is finite.
[[nodiscard]] long chosen_trial(const std::vector<KeptTrial>& second);

/// Called after every training: the pair so far, the trial, its seed and its loss.
using StudyProgress = std::function<void(const StudiedPair&, long trial, std::uint64_t seed, double loss)>;

/// Runs both rungs. Nothing where an interrupt came. A trial fails, too, whose first step takes longer than its budget.
/// Without a time-out of the plan's a training is ended after ten budgets of wall time, and not before 10 s.
[[nodiscard]] std::optional<StudiedPair> study_pair(const Plan& plan, const StudyOptions& options, StudiedPair pair,
                                                    const StudyProgress& progress);

/// Training seconds of a pair at most, infinite where steps alone bound it.
[[nodiscard]] double study_seconds(const Plan& plan, const StudyOptions& options, const StudiedPair& pair);

/// What this program is asked for.
[[nodiscard]] StudyHeader study_header(const Plan& plan, const StudyOptions& options,
                                       const std::vector<std::string>& command);

}  // namespace physgrad
