#pragma once
// One cell in a process of its own: the program starts itself anew, so that memory is the cell's own and a crash or an
// exhausted limit is a status and not the end of the suite.
#include <functional>
#include <string>
#include <vector>

#include "plan.hpp"

namespace physgrad::driver {

/// Called for every line that the cell writes (record/cell_lines.hpp).
using LineSink = std::function<void(const std::string&)>;

struct CellExit {
  bool interrupted = false;  ///< SIGINT, SIGTERM or SIGHUP reached us; the cell was ended
  bool timed_out = false;
  std::string failure;  ///< how the process ended, empty for a clean exit
  bool out_of_memory = false;
};

/// What the cell's process needs to know, as the arguments of the hidden verb `cell`.
struct CellJob {
  CellKey key;
  std::vector<std::string> sets;  ///< the run's overrides, as text
  double budget_seconds, steps, memory_bytes;
  bool target_stop = false;
  bool published = false;  ///< under the settings of the published set-up
  bool heap_pass = false;  ///< only a few steps under a count of the heap, and one line with the peak and its split
  std::string heap;        ///< what that pass wrote, for the record
  bool beside = false;     ///< other cells run at the same time: its times are not valid
  int processor = -1;      ///< the one that the process keeps to, or -1
  double timeout_seconds = kAbsent;  ///< of wall time, for the record: the driver ends the cell
  int machine = 0;                   ///< index of this machine in the report, for the record
};
[[nodiscard]] CellJob job_of(const Plan& plan, const CellKey& key);
/// The cell's whole life: trains and writes its lines to standard output. Returns the exit code.
[[nodiscard]] int live_cell(const CellJob& job);

/// Starts the program anew for the cell, hands over its lines and waits. With `with_heap` another process counts the
/// heap before, whose time and failures do not touch the cell's.
[[nodiscard]] CellExit run_cell(const Plan& plan, CellJob job, bool with_heap, const LineSink& sink);

/// Ends the running cells as an interrupt would.
void abandon_cells();

/// Makes SIGINT, SIGTERM and SIGHUP end the running cell and be reported, instead of ending the program in the middle
/// of a write.
void catch_interrupts();
/// The signal that arrived, or 0.
[[nodiscard]] int interrupted_by();

}  // namespace physgrad::driver
