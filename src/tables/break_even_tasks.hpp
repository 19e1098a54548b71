#pragma once
// What break-even compares: for one task, the rows that train networks and the rows that solve single instances.
#include <string>
#include <vector>

#include "physgrad/tables/identity.hpp"
#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/report_set.hpp"

namespace physgrad {

/// A row of a table, its times apart from those that do not hold.
struct TaskRow {
  std::string method;
  TimedCells cells;
  double tuning_seconds = kAbsent;
  std::string clock;  ///< as in MethodRow
};

/// One physics: whatever the network, the training set and the limits.
struct BreakEvenTask {
  std::string name;  ///< the problem's, with the settings in which tasks of one name differ
  Facts physics;     ///< the problem's settings but for those of training
  std::vector<TaskRow> networks, solvers;
};

/// Refer to the reports. Order: that of their groups.
[[nodiscard]] std::vector<BreakEvenTask> break_even_tasks(const ReportSet& reports);

}  // namespace physgrad
