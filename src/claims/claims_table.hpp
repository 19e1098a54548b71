#pragma once
// Verdicts as a table.
#include <string>
#include <vector>

#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/tables/table.hpp"

namespace physgrad {

/// "<= 1/10", ">= 5", "1/3 .. 3": what the claim says about a / b.
[[nodiscard]] std::string claimed_ratio(const Claim& claim);
/// One row a claim. `results` are those of the claims, in order.
[[nodiscard]] Table claims_table(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results);
/// The advantages and drawbacks that the sources name, each with what was measured; no rows where none was.
[[nodiscard]] Table pros_and_cons_table(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results);

}  // namespace physgrad
