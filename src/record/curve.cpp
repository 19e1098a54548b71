#include "physgrad/record/curve.hpp"

#include <algorithm>
#include <cmath>

namespace physgrad {

void summarise_curve(CellRecord& cell) {
  if (cell.curve.empty()) return;
  cell.initial = cell.curve.front().losses;
  cell.final = cell.curve.back().losses;
  cell.best = cell.initial;
  for (const CurvePoint& point : cell.curve)
    for (double Losses::*loss : {&Losses::train_loss, &Losses::test_loss, &Losses::x_error, &Losses::x_error_relative,
                                 &Losses::x_error_determined})
      cell.best.*loss = std::fmin(cell.best.*loss, point.losses.*loss);  // which ignores NaN
}

std::vector<TargetRecord> targets_of_curve(const std::vector<CurvePoint>& curve, const std::vector<double>& losses) {
  std::vector<TargetRecord> result;
  for (const double loss : losses) {
    TargetRecord target{.loss = loss};
    const auto reached =
        std::ranges::find_if(curve, [&](const CurvePoint& point) { return point.losses.train_loss <= loss; });
    if (reached != curve.end()) {
      target.seconds = reached->seconds;
      target.steps = static_cast<double>(reached->step);
    }
    result.push_back(target);
  }
  return result;
}

}  // namespace physgrad
