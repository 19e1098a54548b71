#pragma once
// Which cells of two reports are the same: those of one task, setup and seed, whatever program measured them.
#include <cstdint>
#include <string>
#include <vector>

#include "physgrad/tables/grouping.hpp"
#include "physgrad/tables/row_plan.hpp"

namespace physgrad {

/// A seed of a setup: planned in A, in B, or in both. Null: not planned there.
struct CellMatch {
  std::uint64_t seed = 0;
  const PlannedCell *a = nullptr, *b = nullptr;
  bool one_machine = false;  ///< both ran, on one machine with one compiler and as many threads

  /// The records where the cells ended; otherwise null.
  [[nodiscard]] const CellRecord* record_a() const { return a != nullptr ? a->cell : nullptr; }
  [[nodiscard]] const CellRecord* record_b() const { return b != nullptr ? b->cell : nullptr; }
};

/// A setup of A or B, or of both.
struct SetupMatch {
  std::string problem, method;  ///< names with swept settings, those of A where it has the setup
  std::vector<CellMatch> cells;
  bool one_task = true;  ///< false: the names are the same, the tasks are not
  bool one_number_of_threads = true;
  std::string difference;  ///< in what setups of one name differ: "rate=0.1 in A, 0.2 in B"
};

/// `cells` are planned_cells() of two reports. Setups that are in one report alone are matched by their names where
/// those name one setup in each. In the order of A's plan, then what is in B alone.
[[nodiscard]] std::vector<SetupMatch> match_setups(const std::vector<PlannedCell>& cells);

/// What the machines of A and B differ in, program aside: "cpu: this in A, that in B". None without cells in both.
[[nodiscard]] std::vector<std::string> machine_differences(const std::vector<PlannedCell>& cells);

/// "name=value in A, value in B; ..." for everything that both or either of the two say.
[[nodiscard]] std::string difference_text(const Facts& a, const Facts& b);

}  // namespace physgrad
