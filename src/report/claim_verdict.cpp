// From cells to a verdict: pairs by seed, the ratio of each pair, and an interval of their median.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "report/claims.hpp"

namespace physgrad {
namespace {

constexpr double kCoverage = 0.95;

bool same_setting(const CellRecord& cell, const std::string& key, const SettingValue& value) {
  const auto found = cell.used.find(key);
  return found != cell.used.end() && found->second == value;
}

std::vector<const CellRecord*> cells_of(const Report& report, const ClaimSide& side) {
  std::vector<const CellRecord*> result;
  for (const CellRecord& cell : report.cells) {
    const bool matches = std::ranges::all_of(
        side.settings, [&](const auto& setting) { return same_setting(cell, setting.first, setting.second); });
    if (cell.problem == side.problem && cell.method == side.method && matches) result.push_back(&cell);
  }
  return result;
}

std::string side_text(const ClaimSide& side) {
  std::vector<std::string> settings;
  for (const auto& [key, value] : side.settings) settings.push_back(fmt::format("{}={}", key, to_text(value)));
  return fmt::format("{} {}{}", side.problem, side.method,
                     settings.empty() ? "" : fmt::format(" with {}", fmt::join(settings, ", ")));
}

/// One side by seed, and what kept cells out.
struct SideValues {
  std::map<std::uint64_t, double> by_seed;
  std::vector<std::string> trouble;
  bool ambiguous = false;
};

SideValues values_of(const Claim& claim, const ClaimSide& side, const Report& report) {
  SideValues result;
  const auto cells = cells_of(report, side);
  if (cells.empty()) result.trouble.push_back(fmt::format("no cells of {}", side_text(side)));
  int absent = 0, disturbed = 0;
  for (const CellRecord* cell : cells) {
    const double value = claim_metric(*cell, claim.metric, side.at);
    if (std::isnan(value))
      ++absent;
    else if (is_timed(claim.metric, side.at) && !cell->timing_valid)
      ++disturbed;
    else if (!result.by_seed.emplace(cell->seed, value).second)
      result.ambiguous = true;
  }
  const auto tell = [&](int count, const char* what) {
    if (count > 0) result.trouble.push_back(fmt::format("{}: {} of {} {}", side_text(side), count, cells.size(), what));
  };
  tell(absent, claim.metric == "skipped" ? "unknown" : "without that number");
  tell(disturbed, "were timed beside other cells");
  return result;
}

struct Pairs {
  std::vector<double> a, b;
  std::vector<std::string> trouble;
};

/// What both sides measured of the same seeds.
Pairs collect(const Claim& claim, const Report& report) {
  const SideValues a = values_of(claim, claim.a, report);
  const SideValues b = claim.b.is_number() ? SideValues{} : values_of(claim, claim.b, report);
  Pairs pairs{{}, {}, a.trouble};
  pairs.trouble.insert(pairs.trouble.end(), b.trouble.begin(), b.trouble.end());
  if (a.ambiguous || b.ambiguous) {
    pairs.trouble.emplace_back("several cells of one seed match: the claim has to name settings");
    return pairs;
  }
  int infinite = 0, zero = 0;
  for (const auto& [seed, value] : a.by_seed) {
    const auto partner = b.by_seed.find(seed);
    if (!claim.b.is_number() && partner == b.by_seed.end()) continue;
    const double other = claim.b.is_number() ? claim.b.value : partner->second;
    const bool no_ratio = claim.metric != "skipped" && ((std::isinf(value) && std::isinf(other)) || value + other == 0);
    if (no_ratio) {
      ++(std::isinf(value) ? infinite : zero);
      continue;
    }
    pairs.a.push_back(value);
    pairs.b.push_back(other);
  }
  if (infinite > 0) pairs.trouble.push_back(fmt::format("{} pairs dropped: both infinite", infinite));
  if (zero > 0) pairs.trouble.push_back(fmt::format("{} pairs dropped: both zero", zero));
  return pairs;
}

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
  if (right == result.a.size()) result.verdict = Verdict::reproduced;
  if (right == 0) result.verdict = Verdict::contradicted;
}

/// The whole interval on one side of the claim, or no verdict. The ratios that a claim allows have no hole, so that it
/// is enough to look at the ends.
Verdict judge_interval(const Claim& claim, double low, double high) {
  const double smallest = claim.relation == Relation::less      ? 0.0
                          : claim.relation == Relation::greater ? claim.factor
                                                                : 1.0 / claim.factor;
  const double largest = claim.relation == Relation::less      ? 1.0 / claim.factor
                         : claim.relation == Relation::greater ? std::numeric_limits<double>::infinity()
                                                               : claim.factor;
  if (low >= smallest && high <= largest) return Verdict::reproduced;
  return high < smallest || low > largest ? Verdict::contradicted : Verdict::unresolved;
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
  Pairs pairs = collect(claim, report.report);
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
  if (result.verdict == Verdict::unresolved && count > 0) {
    if (claim.metric == "skipped")
      reasons.emplace_back("the cells disagree");
    else if (std::isnan(result.interval.low))
      reasons.push_back(fmt::format("{} pair{}: an interval of 95 % takes 6", count, count == 1 ? "" : "s"));
    else
      reasons.emplace_back("the interval holds ratios of both kinds");
  } else if (count == 0 && reasons.empty()) {
    reasons.emplace_back("the two sides have no seed in common");
  }
  result.reason = fmt::format("{}", fmt::join(reasons, "; "));
  return result;
}

}  // namespace

const char* to_text(Verdict verdict) {
  if (verdict == Verdict::reproduced) return "reproduced";
  return verdict == Verdict::contradicted ? "contradicted" : "unresolved";
}

ClaimResult judge(const Claim& claim, const ClaimReports& reports) {
  const bool named =
      std::ranges::any_of(reports.reports, [&](const LabelledReport& each) { return each.label == claim.run; });
  std::optional<ClaimResult> best;
  for (const LabelledReport& each : reports.reports) {
    if ((named || reports.by_name) && each.label != claim.run) continue;
    ClaimResult result = judge_report(claim, each);
    if (!best || result.a.size() > best->a.size()) best = std::move(result);
  }
  if (best) return *best;
  ClaimResult none;
  none.reason = fmt::format("no report of the run '{}'", claim.run);
  return none;
}

}  // namespace physgrad
