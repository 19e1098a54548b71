#include "physgrad/tables/overall_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "physgrad/tables/instances.hpp"

namespace physgrad {

void sort_by_last_share(Figure& figure) {
  std::ranges::stable_sort(figure.series, std::greater<>(), [](const Series& series) { return series.y.back(); });
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
