#pragma once
// Signals that end a run between two writes, not in the middle of one.

namespace physgrad {

/// Makes SIGINT, SIGTERM and SIGHUP end the running cells and be reported, instead of ending the program in the middle
/// of a write.
void catch_interrupts();
/// The signal that arrived, or 0.
[[nodiscard]] int interrupted_by();

/// Ends the running cells as an interrupt would.
void abandon_cells();
/// Whether either came.
[[nodiscard]] bool ending();

}  // namespace physgrad
