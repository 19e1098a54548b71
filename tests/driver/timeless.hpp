#pragma once
// What of a run must repeat.
#include <string>

#include "physgrad/record/report.hpp"

namespace physgrad::testing {

/// Everything that must not depend on when a cell ran.
inline std::string timeless(const CellRecord& cell) {
  std::string text = cell.key.problem + cell.key.method + to_text(cell.status) + cell.trajectory_hash;
  for (const CurvePoint& point : cell.curve)
    text += std::to_string(point.hash) + "," + std::to_string(point.step) + "," +
            std::to_string(point.losses.train_loss) + ";";
  return text;
}

inline std::string timeless(const Report& report) {
  std::string text;
  for (const CellRecord& cell : report.cells) text += timeless(cell) + "\n";
  return text;
}

}  // namespace physgrad::testing
