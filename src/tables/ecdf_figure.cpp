// Share of all targets reached within a budget, over every cost that occurs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/overall_figures.hpp"
#include "physgrad/tables/target_costs.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kMostSteps = 60;  ///< of a curve

/// At most kMostSteps of the sorted costs, the first and the last among them; the shares at those are exact.
Series reached_of(const std::string& method, std::vector<double> costs, std::size_t triples) {
  Series series{.label = method, .family = family_of(method), .drawing = Drawing::steps};
  std::erase_if(costs, [](double cost) { return !std::isfinite(cost); });
  std::ranges::sort(costs);
  const std::size_t count = costs.size(), shown = std::min(count, kMostSteps);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t at = shown == 1 ? 0 : i * (count - 1) / (shown - 1);
    if (costs[at] <= 0 || (!series.x.empty() && costs[at] == series.x.back())) continue;
    series.x.push_back(costs[at]);
    series.y.push_back(share_reached(costs, costs[at], triples));
  }
  series.x.push_back(kInfinity);
  series.y.push_back(share_reached(costs, kInfinity, triples));
  return series;
}

std::string ecdf_summary(const std::vector<Series>& curves, std::size_t triples) {
  std::vector<std::string> shares;
  for (const Series& curve : curves) shares.push_back(fmt::format("{} {:.0f} %", curve.label, 100 * curve.y.back()));
  return fmt::format("Of {} targets, those of every seed, are reached in the end: {}.", triples, listed(shares));
}

void draw_ecdf(const std::vector<ProblemGroup>& groups, Abscissa abscissa, Figure& figure) {
  figure.title = fmt::format("targets reached within a budget of {}", to_text(abscissa));
  figure.x = {axis_text(abscissa), true};
  figure.y = {"share of targets reached [1]", false};
  const auto [methods, costs, triples] = target_costs(groups, abscissa);
  if (triples == 0) return;
  for (std::size_t m = 0; m < methods.size(); ++m) figure.series.push_back(reached_of(methods[m], costs[m], triples));
  sort_by_last_share(figure);
  figure.summary = ecdf_summary(figure.series, triples);
}

}  // namespace

std::vector<Figure> ecdf_figures(const ReportSet& reports) {
  return overall_figures("ecdf", reports, draw_ecdf,
                         "Share of all (problem, target, seed) triples whose target the method reached within the "
                         "budget, at the right edge of those that it ever reached. Triples that it missed, cannot run "
                         "on or has not begun count against it.");
}

}  // namespace physgrad
