#pragma once
// What claims were found to be, as a forest plot.
#include <vector>

#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/tables/figure.hpp"

namespace physgrad {

/// A line for each claim with a ratio: the median of a / b with its interval of at least 95 %, and a mark at what was
/// claimed. `results` are those of the claims, in order. No series where no claim has a ratio.
[[nodiscard]] Figure claims_figure(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results);

}  // namespace physgrad
