#pragma once
// What of a run that is there is measured again.
#include <string>
#include <vector>

#include "physgrad/study/continuation.hpp"

namespace physgrad {

/// For every cell, given what was found of it: whether one of `only` means it. "failed": it ended, neither as planned
/// nor skipped; "missing": it did not end; anything else is a shell pattern for PROBLEM/METHOD, PROBLEM/METHOD/SEED, or
/// the name of the cell's file without .jsonl.
[[nodiscard]] std::vector<bool> chosen_again(const std::vector<std::string>& only, const std::vector<CellKey>& cells,
                                             const std::vector<FoundCell>& found);

/// Throws UsageError for a pattern that fits none of the cells.
void check_only(const std::vector<std::string>& only, const std::vector<CellKey>& cells);

}  // namespace physgrad
