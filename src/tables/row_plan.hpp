#pragma once
// From names to identities: which planned cells of which reports belong to one row, and how rows are told apart.
#include <memory>
#include <string>
#include <vector>

#include "physgrad/tables/grouping.hpp"
#include "physgrad/tables/identity.hpp"

namespace physgrad {

/// A planned cell.
struct PlannedCell {
  std::size_t report = 0;  ///< index
  CellKey key;
  const CellRecord* cell = nullptr;              ///< null: unfinished
  std::shared_ptr<const CellIdentity> identity;  ///< that of all cells which differ in their seed alone
};

/// In the order of the plans, so that the order of rows does not depend on what has ended so far. Cells that never ran
/// have the identity of those that did in their report.
[[nodiscard]] std::vector<PlannedCell> planned_cells(const std::vector<LabelledReport>& reports);

/// The names of several things of one kind. `sweeps` and `facts` belong to them by index; a swept key is named once.
[[nodiscard]] std::vector<std::string> labels(const std::vector<std::string>& sweeps, const std::vector<Facts>& facts,
                                              const std::vector<Facts>& others);

/// As few facts as tell the clocks apart: "" where there is one.
[[nodiscard]] std::vector<std::string> clock_labels(const std::vector<Facts>& clocks);

}  // namespace physgrad
