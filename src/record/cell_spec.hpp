#pragma once
// What a cell is before it runs: the plan makes it, the process that trains it reads it, and its file begins with it.
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "physgrad/core/settings.hpp"

namespace physgrad {

inline constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

/// A cell's name. The sweeps are the swept settings as "key=value key=value", those of the problem apart: cells
/// that differ in them are not the same task.
struct CellKey {
  std::string problem, method;
  std::uint64_t seed = 0;
  std::string problem_sweep = {}, method_sweep = {};
  bool operator==(const CellKey&) const = default;
  auto operator<=>(const CellKey&) const = default;
};

/// Threads that a step may be asked to compute on.
inline constexpr int kMostThreads = 256;

/// What bounds one cell, its problem's own budget included. Absent (NaN): not bounded.
struct CellLimits {
  double budget_seconds = kAbsent;  ///< of training time
  double steps = kAbsent;
  double timeout_seconds = kAbsent;  ///< of wall time, start-up and evaluation included
  double memory_bytes = kAbsent;
  bool target_stop = false;
  int threads = 1;  ///< that a step computes on
};

/// A cell with every setting resolved: what it takes to run it, alone and anywhere.
struct CellSpec {
  CellKey key;
  std::string task_id;       ///< equal where problem, data, network, evaluation and limits are; empty in old reports
  std::string setup_id;      ///< equal where the task and the method with all its settings are; empty in old reports
  int machine = 0;           ///< index into the report's machines
  std::string program;       ///< commit, for a modified tree with a hash of what was built; empty in old reports
  bool seed_matters = true;  ///< false where the problem and its start are the same for every seed
  CellLimits limits;
  std::string data_digest;                    ///< of data that neither settings nor seed say; empty: none
  SettingMap given, used;                     ///< those that somebody asked for, and all
  std::vector<std::string> problem_settings;  ///< those of `used` that are the problem's; empty in old reports
};

}  // namespace physgrad
