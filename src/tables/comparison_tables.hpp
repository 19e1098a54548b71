#pragma once
// A comparison of two versions as tables.
#include <vector>

#include "physgrad/tables/comparison.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// The answer over everything, then what is in A and B, then every number, a table for each problem.
[[nodiscard]] std::vector<Table> comparison_tables(const ComparedVersions& versions);

}  // namespace physgrad
