#pragma once
// Hand-made records for the tests of reports and tables.
#include <string>
#include <vector>

#include "physgrad/record/report.hpp"
#include "physgrad/tables/grouping.hpp"

namespace physgrad::testing {

/// A cell that trained to its budget; losses fall from 1 to `loss`. The held-out data of another seed are others.
[[nodiscard]] CellRecord sample_cell(const std::string& method, std::uint64_t seed, double loss);
[[nodiscard]] CellRecord troubled_cell(const std::string& method, std::uint64_t seed, Status status,
                                       const std::string& reason);
/// A report of these cells; `planned` besides them was not finished.
[[nodiscard]] Report sample_report(std::vector<CellRecord> cells, const std::vector<CellKey>& unfinished = {});
/// A cell for each of these final losses, of seeds 0, 1, ...: trajectories that differ.
[[nodiscard]] std::vector<CellRecord> seeded_cells(const std::string& method, const std::vector<double>& losses);
/// All in one report.
[[nodiscard]] std::vector<LabelledReport> one_report(const std::vector<std::vector<CellRecord>>& parts);

}  // namespace physgrad::testing
