#pragma once
// A run in its directory: begun, or gone on with where an earlier call left it.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "physgrad/study/plan.hpp"

namespace physgrad {

/// The header of the run that was begun in the plan's directory, the same plan by the same program; nothing where there
/// is none. Throws UsageError for another plan or program.
[[nodiscard]] std::optional<RunHeader> begun_run(const Plan& plan, const RunHeader& fresh);

/// Begins the run in its directory, or adopts the same plan that was begun there by the same program. Returns the
/// header of the run. Throws UsageError for another plan or program, and where a file of the run, or one of `tables`
/// below its tables/, cannot be one.
[[nodiscard]] RunHeader begin_run(const Plan& plan, const RunHeader& fresh, const std::vector<std::string>& tables);

/// Takes lines for people.
using Tell = std::function<void(const std::string&)>;

/// The index of the machine `here` among those of the run. One that is new to the run is written to its manifest, and
/// the user is told.
[[nodiscard]] int machine_index(const Plan& plan, RunHeader& header, const Environment& here, const Tell& tell);

/// What is in the place of a cell's file.
struct FoundCell {
  std::optional<CellRecord> record;  ///< a finished cell of this plan, program and run
  bool keep_until_replaced = false;  ///< a finished one that is not: measured again, and there until that is done
  bool lacks_weights = false;        ///< finished, but the plan saves weights, and there are none of it
  [[nodiscard]] bool complete() const { return record && !lacks_weights; }
};
/// In the plan's order; tells why a finished cell is measured again. Throws UsageError where a file holds another cell
/// or cannot be read.
[[nodiscard]] std::vector<FoundCell> find_cells(const Plan& plan, const RunHeader& header, const Environment& here,
                                                const Tell& tell);

}  // namespace physgrad
