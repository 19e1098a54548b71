#include "physgrad/pages/end_labels.hpp"

#include <algorithm>
#include <cmath>

#include "physgrad/pages/figure_frame.hpp"

namespace physgrad {
namespace {

constexpr std::size_t kMostNamed = 6;
constexpr double kApart = 0.052,
                 kFurthest = 0.16;  ///< of two names; of a name from its line's end: shares of the height

double share_of(double at, const Range& range, const Axis& axis) {
  if (axis.log) return (std::log(at) - std::log(range.low)) / (std::log(range.high) - std::log(range.low));
  return (at - range.low) / (range.high - range.low);
}

/// Moves what is too close apart: groups of neighbours take the place that is nearest to all of them.
void spread_out(std::vector<EndLabel>& labels, const std::vector<double>& wished) {
  struct Cluster {
    double middle = 0;
    std::size_t count = 0;
    [[nodiscard]] double top() const { return middle + 0.5 * kApart * static_cast<double>(count); }
    [[nodiscard]] double bottom() const { return middle - 0.5 * kApart * static_cast<double>(count); }
  };
  const auto inside = [](Cluster& cluster) {
    const double half = 0.5 * kApart * static_cast<double>(cluster.count);
    cluster.middle = std::clamp(cluster.middle, half, 1 - half);
  };
  std::vector<Cluster> clusters;
  for (const double wish : wished) {  // from the top
    clusters.push_back({wish, 1});
    inside(clusters.back());
    while (clusters.size() > 1 && clusters[clusters.size() - 2].bottom() < clusters.back().top()) {
      const Cluster last = clusters.back();
      clusters.pop_back();
      Cluster& joined = clusters.back();
      const std::size_t count = joined.count + last.count;
      joined.middle =
          (joined.middle * static_cast<double>(joined.count) + last.middle * static_cast<double>(last.count)) /
          static_cast<double>(count);
      joined.count = count;
      inside(joined);
    }
  }
  std::size_t at = 0;
  for (const Cluster& cluster : clusters)
    for (std::size_t i = 0; i < cluster.count; ++i)
      labels[at++].at = cluster.top() - kApart * (static_cast<double>(i) + 0.5);
}

}  // namespace

std::vector<EndLabel> end_labels(const Figure& figure) {
  if (has_bars(figure) || figure.plane) return {};  // an orbit may end anywhere
  const Range x = x_range(figure), y = y_range(figure);
  const std::vector<SeriesLook> looks = series_looks(figure);
  std::vector<EndLabel> labels;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const Series& series = figure.series[i];
    if (!looks[i].named) continue;
    if (series.drawing == Drawing::points || series.x.empty() || labels.size() == kMostNamed) return {};
    labels.push_back({i, shown_at(series.x.back(), x, figure.x), shown_at(series.y.back(), y, figure.y)});
  }
  const auto wish = [&](const EndLabel& label) { return share_of(label.y, y, figure.y); };
  std::ranges::stable_sort(labels, std::greater<>(), wish);
  std::vector<double> wished;
  for (const EndLabel& label : labels) wished.push_back(wish(label));
  spread_out(labels, wished);
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (std::abs(labels[i].at - wished[i]) > kFurthest) return {};
  return labels;
}

}  // namespace physgrad
