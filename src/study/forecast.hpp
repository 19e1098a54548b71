#pragma once
// What a run is going to do and to cost, before it does anything.
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/study/run.hpp"

namespace physgrad {

/// What the seconds of a cell are known from.
enum class Basis { budget, probe, unknown };

/// A task with all its seeds.
struct TaskForecast {
  CellKey task;                         ///< without a seed
  std::size_t cells = 0, measured = 0;  ///< planned, and of these to be measured now
  double bytes = kAbsent;               ///< predicted for a step, evaluation included
  double seconds = kAbsent;             ///< of one cell, at most; absent where it is not known
  Basis basis = Basis::unknown;
  std::string skip_reason;  ///< empty: it runs
};

struct Forecast {
  std::vector<TaskForecast> tasks;  ///< those that the plan or its shard has cells of, in order
  /// Of all: cells, those to be measured, and of the latter those that are skipped and those of unknown length.
  std::size_t cells = 0, measured = 0, skipped = 0, unknown = 0;
  double seconds = 0, longest = 0;  ///< of the cells whose length is known: their sum, and the longest
  double bytes = 0;                 ///< of the largest that runs
};

/// Reads what is in the directory and writes nothing. Where steps alone bound a task, a cell of it is trained a few
/// steps in a process of its own; a budget is taken at its word. Throws UsageError where the run itself would.
[[nodiscard]] Forecast forecast(const Plan& plan, const RunOptions& options, const Tell& tell);

}  // namespace physgrad
