#pragma once
// The tables that stand in a run's directory.
#include <filesystem>
#include <string>
#include <vector>

#include "physgrad/tables/report_set.hpp"

namespace physgrad::driver {

/// Their files, below tables/.
[[nodiscard]] std::vector<std::string> run_tables();
/// Every kind of table of these reports, as Markdown. Throws WriteError.
void write_tables(const std::filesystem::path& directory, const ReportSet& reports);

}  // namespace physgrad::driver
