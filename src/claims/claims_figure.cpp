#include "physgrad/claims/claims_figure.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace physgrad {
namespace {

/// The ends of what the claim says of a / b.
std::vector<double> claimed_bounds(const Claim& claim) {
  if (claim.relation == Relation::less) return {1 / claim.factor};
  if (claim.relation == Relation::greater) return {claim.factor};
  return {1 / claim.factor, claim.factor};
}

void add_interval(const ClaimResult& result, double place, Series& series) {
  const bool interval = !std::isnan(result.interval.low) && !std::isnan(result.interval.high);
  series.x.push_back(place);
  series.y.push_back(result.ratio);
  series.low.push_back(interval ? result.interval.low : result.ratio);
  series.high.push_back(interval ? result.interval.high : result.ratio);
}

}  // namespace

Figure claims_figure(const std::vector<Claim>& claims, const std::vector<ClaimResult>& results) {
  Figure figure{.kind = "claims", .name = "claims", .title = "Claims: what was measured, and what was claimed"};
  figure.y = {"a / b [1]", true};
  Series by_verdict[] = {{.label = to_text(ClaimVerdict::reproduced), .family = "gn", .drawing = Drawing::interval},
                         {.label = to_text(ClaimVerdict::contradicted), .family = "hig", .drawing = Drawing::interval},
                         {.label = to_text(ClaimVerdict::unresolved), .family = "other", .drawing = Drawing::interval}};
  Series claimed{.label = "claimed", .family = "stack-other", .drawing = Drawing::tick};
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (std::isnan(results[i].ratio)) continue;
    const auto place = static_cast<double>(figure.categories.size());
    figure.categories.push_back(claims[i].id);
    add_interval(results[i], place, by_verdict[static_cast<std::size_t>(results[i].verdict)]);
    for (const double bound : claimed_bounds(claims[i])) {
      claimed.x.push_back(place);
      claimed.y.push_back(bound);
    }
  }
  if (figure.categories.empty()) return figure;
  std::vector<std::string> counts;
  for (Series& series : by_verdict) {
    counts.push_back(fmt::format("{} {}", series.x.size(), series.label));
    if (!series.x.empty()) figure.series.push_back(std::move(series));
  }
  figure.series.push_back(std::move(claimed));
  figure.guides = {{1, false, ""}};
  figure.summary =
      fmt::format("Of {} claims with a ratio: {}, {}, {}.", figure.categories.size(), counts[0], counts[1], counts[2]);
  figure.notes = {
      "Point: the median of a / b over pairs of equal seed; line: an interval that covers it with at least 95 %, from "
      "6 "
      "pairs on. Upright mark: the ratio that was claimed at least or at most, or two between which it was. The "
      "line is at 1, where a and b are equal; what lies beyond the picture is at its edge."};
  if (figure.categories.size() < claims.size())
    figure.notes.push_back(fmt::format("Without a ratio, because they were not measured or ask whether cells run: {}.",
                                       claims.size() - figure.categories.size()));
  return figure;
}

}  // namespace physgrad
