#pragma once
// Convergence curves, read at places that cells did not measure at.
#include <utility>

#include "physgrad/tables/measures.hpp"

namespace physgrad {

/// Where a point lies by what progress is measured against; NaN where the report does not know.
[[nodiscard]] double place_of(const CurvePoint& point, Abscissa abscissa);

/// The last measured loss at or before `mark`. After the end of training: infinite for a diverged or failed
/// cell, the end's loss where a target stopped it, and otherwise absent.
[[nodiscard]] double loss_at(const CellRecord& cell, Abscissa abscissa, double mark,
                             double Losses::*which = &Losses::train_loss);

/// Smallest positive and largest place of any point; {infinity, 0} where there is none.
[[nodiscard]] std::pair<double, double> extent(const ProblemGroup& group, Abscissa abscissa);

}  // namespace physgrad
