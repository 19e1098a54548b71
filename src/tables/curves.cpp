#include "physgrad/tables/curves.hpp"

#include <algorithm>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

double place_of(const CurvePoint& point, Abscissa abscissa) {
  switch (abscissa) {
    case Abscissa::seconds:
      return point.seconds;
    case Abscissa::steps:
      return static_cast<double>(point.step);
    case Abscissa::samples:
      return static_cast<double>(point.samples);
    case Abscissa::simulator_calls:
      break;
  }
  return point.simulator_calls;
}

double loss_at(const CellRecord& cell, Abscissa abscissa, double mark, double Losses::*which) {
  double loss = kAbsent;
  if (cell.curve.empty()) return loss;
  for (const CurvePoint& point : cell.curve)
    if (place_of(point, abscissa) <= mark) loss = miss_if_absent(point.losses.*which);
  if (mark <= place_of(cell.curve.back(), abscissa) || cell.status == Status::target_reached) return loss;
  const bool lost = cell.status == Status::diverged || cell.status == Status::failed;
  return lost ? kInfinity : kAbsent;
}

std::pair<double, double> extent(const ProblemGroup& group, Abscissa abscissa) {
  double low = kInfinity, high = 0;
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.cells)
      for (const CurvePoint& point : cell->curve) {
        const double place = place_of(point, abscissa);
        if (place > 0) low = std::min(low, place);
        high = std::max(high, place);
      }
  return {low, high};
}

}  // namespace physgrad
