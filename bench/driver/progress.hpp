#pragma once
// What a person sees while a run goes on, on stderr.
#include <string>

#include "physgrad/record/report.hpp"

namespace physgrad::driver {

/// One moving line on a terminal, one plain line per cell elsewhere, nothing when quiet. Cells are named by their
/// index. One thread at a time.
class Progress {
 public:
  /// `planned` cells in all, `cells` of which are still to be measured.
  Progress(std::size_t planned, std::size_t cells, bool quiet);
  void point(std::size_t index, const CellKey& cell, const CurvePoint& point);
  void end(std::size_t index, const CellRecord& cell);

 private:
  [[nodiscard]] std::string name(std::size_t index, const CellKey& cell) const;
  [[nodiscard]] std::string time_left() const;
  std::size_t cells_, planned_, done_ = 0;
  bool quiet_, redraws_;
  double started_, drawn_ = 0;
};

}  // namespace physgrad::driver
