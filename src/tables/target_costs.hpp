#pragma once
// Empirical distribution of what targets cost, over the whole catalogue: the share of (problem, target, seed) triples
// that a method reached within a budget, as in COCO (Hansen et al. 2021, Optimization Methods and Software 36, 114).
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/tables/instances.hpp"

namespace physgrad {

struct TargetCosts {
  std::vector<std::string> methods;
  std::vector<std::vector<double>> costs;  ///< of each method, of every triple it tried; misses are infinite
  std::size_t triples = 0;                 ///< that any method tried: the common denominator
};
/// Seeds that change nothing are one, and a target that a seed has met before its first step is none.
[[nodiscard]] TargetCosts target_costs(const std::vector<ProblemGroup>& groups, Abscissa abscissa);

/// Of all triples those whose target cost at most `budget`; NaN where there are none.
[[nodiscard]] double share_reached(const std::vector<double>& costs, double budget, std::size_t triples);

}  // namespace physgrad
