#pragma once
// One cell in a process of its own, so that its memory is its own and a crash is a status and not the end of the suite.
#include <functional>
#include <string>

#include "plan.hpp"

namespace physgrad::driver {

/// Called for every line that the cell writes (report/cell_lines.hpp).
using LineSink = std::function<void(const std::string&)>;

struct CellExit {
  bool interrupted = false;  ///< SIGINT or SIGTERM reached us; the cell was ended
  bool timed_out = false;
  std::string failure;  ///< how the process ended, empty for a clean exit
  bool out_of_memory = false;
};

/// Forks, trains the cell, hands over its lines and waits. The calling process must have one thread.
[[nodiscard]] CellExit run_cell(const Plan& plan, const CellKey& cell, const LineSink& sink);

/// Makes SIGINT and SIGTERM end the running cell and be reported, instead of ending the program in the middle of a
/// write.
void catch_interrupts();
/// The signal that arrived, or 0.
[[nodiscard]] int interrupted_by();

}  // namespace physgrad::driver
