#pragma once
// One cell in a process of its own: the program starts itself anew, so that memory is the cell's own and a crash or an
// exhausted limit is a status and not the end of the suite.
#include <functional>
#include <string>
#include <vector>

#include "physgrad/record/cell_spec.hpp"
#include "physgrad/study/live_cell.hpp"

namespace physgrad {

/// Called for every line that the cell writes (record/cell_lines.hpp).
using LineSink = std::function<void(const std::string&)>;

struct CellExit {
  bool interrupted = false;  ///< a signal reached us, or the run was abandoned; the cell was ended
  bool timed_out = false;
  std::string failure;  ///< how the process ended, empty for a clean exit
  bool out_of_memory = false;
};

/// Starts the program anew with the verb `cell` and the specification on its standard input, hands over its lines and
/// waits. The cell's time-out begins with its first line. The process keeps to `processors`; none: to any.
[[nodiscard]] CellExit run_cell(const CellSpec& spec, const CellConditions& conditions,
                                const std::vector<int>& processors, const LineSink& sink);

}  // namespace physgrad
