#pragma once
// Run directories and reports joined into one run directory.
#include <string>
#include <vector>

#include "physgrad/record/merged_report.hpp"
#include "physgrad/study/run_directory.hpp"

namespace physgrad {

/// Writes what merged_report() makes of the inputs to the directory `out`, which must not be there or be empty, under
/// this command, with the study file where all inputs have one of the same tasks and seeds: then the run can be gone on
/// with. Weights that lie beside the inputs go along where they are those of a cell that is kept; the others are named
/// in the notes. Throws UsageError, ReadError and WriteError.
[[nodiscard]] MergedReport merge_into(const fs::path& out, const std::vector<std::string>& inputs, Prefer prefer,
                                      const std::vector<std::string>& command);

}  // namespace physgrad
