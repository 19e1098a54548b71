#pragma once
// Names beside the right ends of lines, where they are few: no legend to look things up in.
#include <cstddef>
#include <vector>

#include "physgrad/tables/figure.hpp"

namespace physgrad {

struct EndLabel {
  std::size_t series = 0;  ///< index
  double x = 0, y = 0;     ///< where the line ends, as it is shown
  double at = 0;           ///< where its name stands, right of the axes: share of their height
};

/// For every line of a figure, from the top; none where lines are more than six, or would have their names far from
/// their ends.
[[nodiscard]] std::vector<EndLabel> end_labels(const Figure& figure);

}  // namespace physgrad
