#pragma once
// The reports that claims are judged by.
#include <filesystem>
#include <vector>

#include "physgrad/tables/grouping.hpp"

namespace physgrad {

/// Reports to judge by. With `by_name` a claim looks only at the reports with the name of its run; without, it prefers
/// those and otherwise takes the one with the most pairs.
struct ClaimReports {
  std::vector<LabelledReport> reports;
  bool by_name = true;
};
/// Each path is a report.json, a run directory, or a directory of run directories; the last chooses by name. Throws
/// ReadError.
[[nodiscard]] ClaimReports read_claim_reports(const std::vector<std::filesystem::path>& paths);

}  // namespace physgrad
