#pragma once
// What a person sees while a run goes on, on stderr.
#include <string>

#include "report/report.hpp"

namespace physgrad::driver {

/// One moving line on a terminal, one plain line per cell elsewhere, nothing when quiet.
class Progress {
 public:
  Progress(std::size_t cells, bool quiet);
  void begin(std::size_t index, const CellKey& cell);
  void point(const CurvePoint& point);
  void end(const CellRecord& cell);

 private:
  [[nodiscard]] std::string time_left() const;
  std::size_t cells_, index_ = 0, done_ = 0;
  bool quiet_, terminal_;
  double started_, drawn_ = 0;
  std::string name_;
};

}  // namespace physgrad::driver
