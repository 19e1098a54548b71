#pragma once
// --sweep and a config's "sweep": a cell for every combination of values that means something to a pair.
#include <string>
#include <utility>
#include <vector>

#include "physgrad/study/plan.hpp"

namespace physgrad {

struct Sweep {
  std::string key;  ///< with its scopes
  std::vector<std::string> values;
  SettingOverride first;  ///< what its first value sets
};

/// Throws UsageError for texts that cannot be read, values twice, and keys that are swept twice or set as well by the
/// same origin: of `overrides`, which come from everywhere.
[[nodiscard]] std::vector<Sweep> parse_sweeps(const Catalogue& catalogue, const std::vector<std::string>& texts,
                                              Origin origin, const std::vector<SettingOverride>& overrides);

/// Which methods run on which problem.
using Pairs = std::vector<std::pair<std::string, std::vector<std::string>>>;

/// Every pair with every combination of the sweeps that decide a setting of it, without seeds; for `seeds` of them it
/// must be a number of cells that can be planned. Throws UsageError.
[[nodiscard]] std::vector<CellKey> swept_cells(const Catalogue& catalogue, const Pairs& pairs,
                                               const std::vector<Sweep>& sweeps,
                                               const std::vector<SettingOverride>& overrides, std::size_t seeds);

}  // namespace physgrad
