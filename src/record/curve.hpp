#pragma once
// What a record says of its curve.
#include <vector>

#include "physgrad/record/record.hpp"

namespace physgrad {

/// The losses at both ends of the curve and the best of each on it; nothing where there is no curve.
void summarise_curve(CellRecord& cell);

/// When each loss was first passed, as far as the curve knows.
[[nodiscard]] std::vector<TargetRecord> targets_of_curve(const std::vector<CurvePoint>& curve,
                                                         const std::vector<double>& losses);

}  // namespace physgrad
