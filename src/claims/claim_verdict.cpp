#include "physgrad/claims/claim_verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "physgrad/claims/claim_pairs.hpp"

namespace physgrad {
namespace {

constexpr double kCoverage = 0.95;

/// `skipped` is no random number: every cell has to say the same.
void judge_flags(const Claim& claim, ClaimResult& result) {
  const auto holds = [&](double a, double b) {
    if (claim.relation == Relation::less) return a * claim.factor <= b;
    if (claim.relation == Relation::greater) return a >= claim.factor * b;
    return b / claim.factor <= a && a <= b * claim.factor;
  };
  std::size_t right = 0;
  for (std::size_t i = 0; i < result.a.size(); ++i) right += holds(result.a[i], result.b[i]) ? 1 : 0;
  if (result.a.empty()) return;
  if (right == result.a.size()) result.verdict = ClaimVerdict::reproduced;
  if (right == 0) result.verdict = ClaimVerdict::contradicted;
}

/// The whole interval on one side of the claim, or no verdict. The ratios that a claim allows have no hole, so that it
/// is enough to look at the ends.
ClaimVerdict judge_interval(const Claim& claim, double low, double high) {
  const double smallest = claim.relation == Relation::less      ? 0.0
                          : claim.relation == Relation::greater ? claim.factor
                                                                : 1.0 / claim.factor;
  const double largest = claim.relation == Relation::less      ? 1.0 / claim.factor
                         : claim.relation == Relation::greater ? std::numeric_limits<double>::infinity()
                                                               : claim.factor;
  if (low >= smallest && high <= largest) return ClaimVerdict::reproduced;
  return high < smallest || low > largest ? ClaimVerdict::contradicted : ClaimVerdict::unresolved;
}

void judge_ratios(const Claim& claim, ClaimResult& result) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < result.a.size(); ++i) ratios.push_back(result.a[i] / result.b[i]);
  result.ratio = quantile(ratios, 0.5);
  result.interval = median_interval(ratios, kCoverage);
  if (!std::isnan(result.interval.low))
    result.verdict = judge_interval(claim, result.interval.low, result.interval.high);
}

ClaimResult judge_report(const Claim& claim, const LabelledReport& report) {
  ClaimPairs pairs = claim_pairs(claim, report.report);
  ClaimResult result;
  result.report = report.label;
  result.a = std::move(pairs.a);
  result.b = std::move(pairs.b);
  if (claim.metric == "skipped")
    judge_flags(claim, result);
  else
    judge_ratios(claim, result);
  std::vector<std::string> reasons = pairs.trouble;
  const std::size_t count = result.a.size();
  if (result.verdict == ClaimVerdict::unresolved && count > 0) {
    if (claim.metric == "skipped")
      reasons.emplace_back("the cells disagree");
    else if (std::isnan(result.interval.low))
      reasons.push_back(fmt::format("{} pair{}: an interval of 95 % takes 6", count, count == 1 ? "" : "s"));
    else
      reasons.emplace_back("the interval holds ratios of both kinds");
  } else if (count == 0 && reasons.empty()) {
    reasons.emplace_back("the two sides have no seed in common");
  }
  if (const auto seeds = report.report.header.seeds.size(); static_cast<double>(seeds) < claim.seeds)
    reasons.push_back(fmt::format("the run '{}' asks for {} seeds, the report has {}", claim.run, claim.seeds, seeds));
  result.reason = fmt::format("{}", fmt::join(reasons, "; "));
  return result;
}

ClaimResult judge_by(const Claim& claim, const std::vector<LabelledReport>& reports, bool by_name) {
  const bool named =
      by_name || std::ranges::any_of(reports, [&](const LabelledReport& each) { return each.label == claim.run; });
  std::optional<ClaimResult> best;
  for (const LabelledReport& each : reports) {
    if (named && each.label != claim.run) continue;
    ClaimResult result = judge_report(claim, each);
    if (!best || result.a.size() > best->a.size()) best = std::move(result);
  }
  if (best) return *best;
  ClaimResult none;
  none.reason = fmt::format("no report of the run '{}'", claim.run);
  return none;
}

}  // namespace

const char* to_text(ClaimVerdict verdict) {
  if (verdict == ClaimVerdict::reproduced) return "reproduced";
  return verdict == ClaimVerdict::contradicted ? "contradicted" : "unresolved";
}

ClaimResult judge(const Claim& claim, const ClaimReports& reports) {
  return judge_by(claim, reports.reports, reports.by_name);
}

std::vector<ClaimResult> judge_all(const std::vector<Claim>& claims, const std::vector<LabelledReport>& reports,
                                   bool by_name) {
  std::vector<ClaimResult> results;
  for (const Claim& claim : claims) results.push_back(judge_by(claim, reports, by_name));
  return results;
}

std::vector<std::string> unexplained(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < claims.size(); ++i)
    if (results[i].verdict != ClaimVerdict::reproduced && !results[i].a.empty() && claims[i].explanation.empty())
      ids.push_back(claims[i].id);
  return ids;
}

}  // namespace physgrad
