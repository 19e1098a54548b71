#include "physgrad/tables/overall_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/instances.hpp"
#include "physgrad/tables/profiles.hpp"

namespace physgrad {

void sort_by_last_share(Figure& figure) {
  std::ranges::stable_sort(figure.series, std::greater<>(), [](const Series& series) { return series.y.back(); });
}

Series profile_series(const std::string& label, const std::vector<double>& ratios) {
  Series series{.label = label, .family = family_of(label), .drawing = Drawing::steps};
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

std::vector<Figure> overall_figures(const std::string& kind, const ReportSet& reports, OverallMaker make,
                                    const std::string& note) {
  std::vector<Figure> figures;
  for (const Abscissa abscissa : kFigureAbscissae)
    for (const auto& [clock, groups] : groups_by_clock(reports, abscissa)) {
      if (!knows(groups, abscissa)) continue;
      Figure figure{.kind = kind, .name = plain_name({kind, option_text(abscissa)}), .by = option_text(abscissa)};
      make(groups, abscissa, figure);
      if (figure.series.empty()) continue;
      if (!clock.empty()) figure.title += fmt::format(" ({})", clock);
      figure.guides = {{1, false, ""}};
      figure.notes = {catalogue_text(groups), note};
      std::ranges::move(trouble_notes(groups), std::back_inserter(figure.notes));
      figures.push_back(std::move(figure));
    }
  return figures;
}

}  // namespace physgrad
