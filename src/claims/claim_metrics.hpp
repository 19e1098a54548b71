#pragma once
// The numbers that claims compare, read off one cell.
#include <string>
#include <vector>

#include "physgrad/claims/claim.hpp"

namespace physgrad {

[[nodiscard]] const std::vector<std::string>& claim_metrics();
/// True where `metric` is read off the curve and a moment may be chosen.
[[nodiscard]] bool is_curve_metric(const std::string& metric);
/// True where other cells running beside this one would distort the number.
[[nodiscard]] bool is_timed(const std::string& metric, const Moment& at);
/// NaN: not measured, or the curve never came to that moment. Infinite: a miss, or the cell was lost before it.
[[nodiscard]] double claim_metric(const CellRecord& cell, const std::string& metric, const Moment& at);

}  // namespace physgrad
