#pragma once
// docs/claims.md, which is made from docs/claims.json and from reports alone.
#include <string>
#include <vector>

#include "physgrad/claims/claim_verdict.hpp"

namespace physgrad {

/// docs/claims.md, whole: the table, then a section a claim.
[[nodiscard]] std::string claims_document(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results,
                                          const ClaimReports& reports);

}  // namespace physgrad
