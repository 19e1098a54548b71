#pragma once
// What a picture's axes span, and how its series look.
#include <cstddef>
#include <string>
#include <vector>

#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure.hpp"

namespace physgrad {

struct Range {
  double low, high;
};

/// What an axis spans: all finite coordinates and guides, with a margin; {0.1, 1} (log) or {0, 1} where there are none.
[[nodiscard]] Range x_range(const Figure& figure);
[[nodiscard]] Range y_range(const Figure& figure);

/// Where a coordinate is shown: infinite ones on the edge, and those that a log axis has no place for on the other one.
[[nodiscard]] double shown_at(double coordinate, const Range& range, const Axis& axis);

struct Tick {
  double at;
  std::string label;
};
/// Of a log axis: decades, or 1, 2, 5 where few; every second one and fewer where they are many.
[[nodiscard]] std::vector<Tick> log_ticks(const Range& range);

inline constexpr std::size_t kMostLines = 20;   ///< that a picture tells apart
inline constexpr std::size_t kNamedOfMany = 6;  ///< of more, the first so many are; the others are alike

/// How a series is shown, by its index.
struct SeriesLook {
  Look look;
  bool rest = false;   ///< one of too many
  bool named = false;  ///< the first of its label, which the legend shows
};
[[nodiscard]] std::vector<SeriesLook> series_looks(const Figure& figure);
/// Whether its categories stand below one another, with bars or intervals beside them.
[[nodiscard]] bool has_bars(const Figure& figure);

}  // namespace physgrad
