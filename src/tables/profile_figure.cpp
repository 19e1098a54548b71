// Performance profiles, over every ratio that occurs.
#include <fmt/format.h>

#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/overall_figures.hpp"
#include "physgrad/tables/profiles.hpp"

namespace physgrad {
namespace {

void draw_profiles(const std::vector<ProblemGroup>& groups, Abscissa abscissa, Figure& figure) {
  figure.title = fmt::format("performance profiles by {}", to_text(abscissa));
  figure.x = {fmt::format("ratio to the best method's {} [1]", to_text(abscissa)), true};
  figure.y = {"share of instances [1]", false};
  const std::vector<Instance> instances = all_instances(groups);
  const std::vector<std::string> methods = all_methods(groups);
  if (instances.empty()) return;
  const auto ratios = performance_ratios(instances, methods, abscissa);
  for (std::size_t m = 0; m < methods.size(); ++m) figure.series.push_back(profile_series(methods[m], ratios[m]));
  sort_by_last_share(figure);
  figure.summary = profile_summary(figure.series, instances.size());
}

}  // namespace

std::vector<Figure> profile_figures(const ReportSet& reports) {
  return overall_figures("profile", reports, draw_profiles,
                         "Share of all (problem, target) instances on which the median over seeds is at most so many "
                         "times the best method's. At the right edge: the share that a method reaches at all; what is "
                         "missing to 1 it missed, cannot run on or has not begun. Profiles compare with the best of "
                         "this set of methods.");
}

}  // namespace physgrad
