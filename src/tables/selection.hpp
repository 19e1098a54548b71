#pragma once
// A part of reports: some problems, methods, seeds.
#include <string>
#include <vector>

#include "physgrad/tables/grouping.hpp"

namespace physgrad {

/// What is empty selects everything.
struct Selection {
  std::vector<std::string> problems, methods;  ///< names or shell patterns (core/pattern.hpp)
  std::vector<std::string> seeds;              ///< "3" or "0-7"
};

/// Leaves of the reports the selected cells, ended and planned, and what is said of their problems and methods. Throws
/// UsageError for what selects nothing in any of the reports.
void select(std::vector<LabelledReport>& reports, const Selection& selection);

}  // namespace physgrad
