// Performance profiles of the best members of families.
#include <fmt/format.h>

#include "physgrad/tables/family_profiles.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/overall_figures.hpp"
#include "physgrad/tables/profiles.hpp"

namespace physgrad {
namespace {

void draw_family_profiles(const std::vector<ProblemGroup>& groups, Abscissa abscissa, Figure& figure) {
  figure.title = fmt::format("performance profiles of families by {}", to_text(abscissa));
  figure.x = {fmt::format("ratio to the best method's {} [1]", to_text(abscissa)), true};
  figure.y = {"share of instances [1]", false};
  const std::vector<Instance> instances = all_instances(groups);
  const std::vector<std::string> methods = all_methods(groups);
  if (instances.empty()) return;
  const auto ratios = performance_ratios(instances, methods, abscissa);
  for (const FamilyMembers& each : families_in(methods)) {
    Series series = profile_series(each.family, ratios_of_best(each, ratios));
    series.family = each.family;
    figure.series.push_back(std::move(series));
  }
  sort_by_last_share(figure);
  figure.summary = profile_summary(figure.series, instances.size());
}

}  // namespace

std::vector<Figure> family_figures(const ReportSet& reports) {
  return overall_figures("families", reports, draw_family_profiles, kFamilyNote);
}

}  // namespace physgrad
