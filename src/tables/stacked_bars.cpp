#include "physgrad/tables/stacked_bars.hpp"

#include <algorithm>
#include <utility>

#include "physgrad/tables/families.hpp"

namespace physgrad {

std::string part_text(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

void add_stacked_bars(const std::vector<std::string>& names, const std::vector<std::vector<double>>& bars,
                      Figure& figure) {
  for (std::size_t part = 0; part < names.size(); ++part) {
    Series series{.label = part_text(names[part]), .family = stack_family(names[part]), .drawing = Drawing::bar};
    for (std::size_t i = 0; i < bars.size(); ++i) {
      series.x.push_back(static_cast<double>(i));
      series.y.push_back(bars[i][part]);
    }
    if (std::ranges::any_of(series.y, [](double length) { return length > 0; }))
      figure.series.push_back(std::move(series));
  }
}

}  // namespace physgrad
