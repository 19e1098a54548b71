#pragma once
// What the file of a cell is called.
#include <string>

#include "physgrad/record/cell_spec.hpp"

namespace physgrad {

/// PROBLEM__METHOD__sSEED.jsonl. Sweeps, compositions and whatever else is longer than a name should be or not plain
/// lower case gets a readable start and a hash of the whole: different cells have different names, on file systems that
/// do not tell upper from lower case too, none longer than kLongestCellFile, and none needs a shell's quotes.
[[nodiscard]] std::string cell_file_name(const CellKey& key);

inline constexpr std::size_t kLongestCellFile = 140;

}  // namespace physgrad
