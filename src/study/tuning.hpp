#pragma once
// The same number of trials, of the same length, for every method.
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "physgrad/catalogue/search_space.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {

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

/// The pairs that run, with what is left to search in each: nothing that was given, or that a composition's name says.
/// Throws UsageError where that is nothing anywhere.
[[nodiscard]] std::vector<TunedPair> planned_searches(const Plan& plan);

/// Tries the settings as they are and, where there is something to search, `trials` in all, until an interrupt; what
/// was tried already, where there are few choices, not again.
void run_trials(const Plan& plan, long trials, TunedPair& tuned,
                const std::function<void(const Trial&, long index, long trials)>& done);

/// What `run --config` takes, as JSON: the chosen settings, and where they come from.
[[nodiscard]] std::string tuned_config(const Plan& plan, long trials, const std::vector<TunedPair>& pairs,
                                       const std::vector<std::string>& command);

}  // namespace physgrad
