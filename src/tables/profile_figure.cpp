// Performance profiles, over every ratio that occurs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/overall_figures.hpp"
#include "physgrad/tables/profiles.hpp"

namespace physgrad {
namespace {

/// A step at every ratio, to the right edge, where the share is what the method reached at all.
Series profile_of(const Profile& profile) {
  const std::vector<double>& ratios = profile.ratios;
  Series series{.label = profile.label, .family = profile.family, .drawing = Drawing::steps};
  std::vector<double> at = {1};
  std::ranges::copy_if(ratios, std::back_inserter(at), [](double ratio) { return std::isfinite(ratio); });
  std::ranges::sort(at);
  at.erase(std::unique(at.begin(), at.end()), at.end());
  for (const double tau : at) {
    series.x.push_back(tau);
    series.y.push_back(share_within(ratios, tau));
  }
  series.x.push_back(kInfinity);
  series.y.push_back(series.y.back());
  return series;
}

std::string profile_summary(const std::vector<Series>& profiles, std::size_t instances) {
  const auto cheapest = std::ranges::max_element(profiles, {}, [](const Series& each) { return each.y.front(); });
  const auto surest = std::ranges::max_element(profiles, {}, [](const Series& each) { return each.y.back(); });
  return fmt::format("Of {} instances {} is the cheapest most often, on {:.0f} %; {} reaches most, {:.0f} %.",
                     instances, cheapest->label, 100 * cheapest->y.front(), surest->label, 100 * surest->y.back());
}

void draw_profiles(const std::vector<Profile>& profiles, std::size_t instances, Abscissa abscissa, bool by_family,
                   Figure& figure) {
  figure.title = fmt::format("performance profiles{} by {}", by_family ? " of families" : "", to_text(abscissa));
  figure.x = {fmt::format("ratio to the best {}'s {} [1]", by_family ? "family" : "method", to_text(abscissa)), true};
  figure.y = {"share of instances [1]", false};
  for (const Profile& profile : profiles) figure.series.push_back(profile_of(profile));
  sort_by_last_share(figure);
  figure.summary = profile_summary(figure.series, instances);
}

void draw_methods(const std::vector<ProblemGroup>& groups, Abscissa abscissa, Figure& figure) {
  const std::vector<Instance> instances = all_instances(groups);
  if (instances.empty()) return;
  draw_profiles(method_profiles(instances, abscissa, all_methods(groups)), instances.size(), abscissa, false, figure);
}

void draw_families(const std::vector<ProblemGroup>& groups, Abscissa abscissa, Figure& figure) {
  const std::vector<Instance> instances = all_instances(groups);
  if (instances.empty()) return;
  draw_profiles(family_profiles(instances, abscissa, all_methods(groups), Member::cheapest), instances.size(), abscissa,
                true, figure);
}

}  // namespace

std::vector<Figure> profile_figures(const ReportSet& reports, bool by_family) {
  std::vector<Figure> figures =
      overall_figures("profile", reports, by_family ? draw_families : draw_methods,
                      "Share of all (problem, target) instances on which the median over seeds is at most so many "
                      "times the best method's. At the right edge: the share that a method reaches at all; what is "
                      "missing to 1 it missed, cannot run on or has not begun. Profiles compare with the best of "
                      "this set of methods.");
  if (by_family)
    for (Figure& figure : figures) figure.notes.emplace_back(kFamilyNote);
  return figures;
}

}  // namespace physgrad
