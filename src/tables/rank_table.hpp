#pragma once
// Methods in the order of their loss at the end, a column for each task: by medians, and as far as verdicts decide it.
#include <vector>

#include "physgrad/tables/grouping.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

[[nodiscard]] Table rank_table(const std::vector<ProblemGroup>& groups);

/// The places that verdicts leave each method, from 1 and the number of those put before it; methods that no verdict
/// tells apart share the middle of theirs, of which there are the mean and the median over the tasks.
[[nodiscard]] Table verdict_rank_table(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
