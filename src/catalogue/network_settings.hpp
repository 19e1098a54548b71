#pragma once
// The settings of every problem with a network, and the network and data that they ask for.
#include <vector>

#include "physgrad/catalogue/problem_file.hpp"
#include "physgrad/core/problem.hpp"

namespace physgrad {

/// With the file's defaults.
[[nodiscard]] std::vector<SettingSpec> network_settings(const ProblemFile& file);

/// Gives the problem its network, numbers of samples and whether batches are fresh. First and last width follow the
/// problem's sizes (they depend on settings such as `points`), in `settings` too; throws UsageError where
/// `widths_given` and they do not fit.
void attach_network(Problem& problem, Settings& settings, bool widths_given);

}  // namespace physgrad
