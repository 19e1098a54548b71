#pragma once
// One training whose held-out loss chooses between settings.
#include <string>

#include "physgrad/record/cell_spec.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {

/// What came of a training on one seed.
struct TrialRun {
  bool interrupted = false;     ///< nothing came of it
  double loss = kAbsent;        ///< held-out, at the end; infinite for whatever did not succeed
  double seconds = 0;           ///< of training
  double first_step = kAbsent;  ///< seconds of it
  double processor_share = kAbsent;
  std::string failure;  ///< why it did not succeed
};

/// The pair with settings of the method as "key=value key=value" over the plan's, without a seed.
[[nodiscard]] CellSpec trial_spec(const Plan& plan, const std::string& problem, const std::string& method,
                                  const std::string& settings, const CellLimits& limits);

/// Trains in a process of its own, on the specification's seed.
[[nodiscard]] TrialRun run_trial(const CellSpec& spec);

}  // namespace physgrad
