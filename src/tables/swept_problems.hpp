#pragma once
// Training losses by swept settings.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "physgrad/tables/report_set.hpp"

namespace physgrad {

/// The rows of one problem by settings (in the order of the plan) and method: what a label says beside the name.
struct SweptProblem {
  std::string problem;
  std::vector<std::string> settings, methods;
  std::map<std::pair<std::string, std::string>, std::vector<double>> losses;  ///< at the end, of distinct seeds
  std::string cells;  ///< how many, of which seeds, and what became of them
};

/// Problems of which any setting was swept. Settings read "points=8 rate=0.1", or
/// "not swept".
[[nodiscard]] std::vector<SweptProblem> swept_problems(const ReportSet& reports);

}  // namespace physgrad
