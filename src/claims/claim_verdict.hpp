#pragma once
// From cells to a verdict.
#include <string>
#include <vector>

#include "physgrad/claims/claim.hpp"
#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/statistics/statistics.hpp"

namespace physgrad {

enum class ClaimVerdict { reproduced, contradicted, unresolved };
[[nodiscard]] const char* to_text(ClaimVerdict verdict);

struct ClaimResult {
  ClaimVerdict verdict = ClaimVerdict::unresolved;
  std::string reason;        ///< why unresolved, and which pairs did not take part
  std::vector<double> a, b;  ///< paired by seed
  double ratio = kAbsent;    ///< median of a / b
  MedianInterval interval{kAbsent, kAbsent, 0.0};
  std::string report;  ///< label of the report that decided
};
[[nodiscard]] ClaimResult judge(const Claim& claim, const ClaimReports& reports);
/// Each of them by the same reports; `by_name` as in ClaimReports.
[[nodiscard]] std::vector<ClaimResult> judge_all(const std::vector<Claim>& claims,
                                                 const std::vector<LabelledReport>& reports, bool by_name);

/// Ids of measured claims that were not reproduced and have no explanation.
[[nodiscard]] std::vector<std::string> unexplained(const std::vector<Claim>& claims,
                                                   const std::vector<ClaimResult>& results);

}  // namespace physgrad
