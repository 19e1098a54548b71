#pragma once
// What is in A, in B and in both, and what became of it.
#include <vector>

#include "physgrad/tables/comparison.hpp"
#include "physgrad/tables/matching.hpp"

namespace physgrad {

/// Fills the inventory, the summary and what was lost.
void take_inventory(const std::vector<SetupMatch>& setups, ComparedVersions& versions);

}  // namespace physgrad
