#pragma once
// Methods in the order of their median loss at the end, a column for each task.
#include <vector>

#include "physgrad/tables/grouping.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

[[nodiscard]] Table rank_table(const std::vector<ProblemGroup>& groups);

}  // namespace physgrad
