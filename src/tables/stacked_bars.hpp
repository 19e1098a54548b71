#pragma once
// Bars that are stacks of parts, one for each category of a figure.
#include <string>
#include <vector>

#include "physgrad/tables/figure.hpp"

namespace physgrad {

/// Adds a series for every part that is above 0 in some bar. `names` are those of the parts, as to_text() of phases and
/// uses of memory has them; `bars[i]` holds the parts of category i.
void add_stacked_bars(const std::vector<std::string>& names, const std::vector<std::vector<double>>& bars,
                      Figure& figure);

/// "inverse": what most of a bar is, its name as people read it.
[[nodiscard]] std::string part_text(std::string name);

}  // namespace physgrad
