#include "physgrad/pages/figure_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace physgrad {
namespace {

/// Grows over what an axis can show.
class Extent {
 public:
  explicit Extent(const Axis& axis) : log_(axis.log) {}

  void take(double value) {
    if (!std::isfinite(value) || (log_ && value <= 0)) return;
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  void take(const std::vector<double>& values) {
    for (const double value : values) take(value);
  }

  [[nodiscard]] Range range() const {
    if (!(low_ <= high_)) return log_ ? Range{0.1, 1} : Range{0, 1};
    if (log_) {
      const double margin = std::max(1.1, std::pow(high_ / low_, 0.03));
      return {std::max(low_ / margin, std::numeric_limits<double>::min()), std::min(high_ * margin, 1e300)};
    }
    const double low = std::min(low_, 0.0), high = std::max(high_, 0.0);
    const double width = high > low ? high - low : 1;
    return {low < 0 ? low - 0.05 * width : low, high + 0.05 * width};
  }

 private:
  bool log_;
  double low_ = std::numeric_limits<double>::infinity(), high_ = -low_;
};

std::string decade_text(int power) {
  if (power >= -3 && power <= 4) return fmt::format("{:g}", std::pow(10.0, power));
  return fmt::format("1e{}", power);
}

}  // namespace

Range x_range(const Figure& figure) {
  Extent extent(figure.x);
  for (const Series& series : figure.series) extent.take(series.x);
  for (const Guide& guide : figure.guides)
    if (guide.vertical) extent.take(guide.at);
  return extent.range();
}

Range y_range(const Figure& figure) {
  Extent extent(figure.y);
  for (const Series& series : figure.series) {
    extent.take(series.y);
    extent.take(series.low);
    extent.take(series.high);
  }
  for (const Guide& guide : figure.guides)
    if (!guide.vertical) extent.take(guide.at);
  if (!has_bars(figure)) return extent.range();
  std::vector<double> lengths(figure.categories.size());
  for (const Series& series : figure.series)
    if (series.drawing == Drawing::bar)
      for (std::size_t i = 0; i < series.x.size(); ++i)
        if (std::isfinite(series.y[i])) lengths.at(static_cast<std::size_t>(series.x[i])) += series.y[i];
  extent.take(lengths);
  return extent.range();
}

double shown_at(double coordinate, const Range& range, const Axis& axis) {
  if (axis.log && coordinate <= 0) return range.low;
  return std::clamp(coordinate, range.low, range.high);
}

std::vector<Tick> log_ticks(const Range& range) {
  const int first = static_cast<int>(std::ceil(std::log10(range.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(range.high) + 1e-9));
  std::vector<Tick> ticks;
  if (last - first >= 2) {
    const int every = (last - first) / 8 + 1;
    for (int power = first; power <= last; ++power)
      if (power % every == 0) ticks.push_back({std::pow(10.0, power), decade_text(power)});
    return ticks;
  }
  for (int power = first - 1; power <= last; ++power)
    for (const double digit : {1.0, 2.0, 5.0})
      if (const double at = digit * std::pow(10.0, power); at >= range.low && at <= range.high)
        ticks.push_back({at, fmt::format("{:g}", at)});
  if (ticks.size() < 2)
    for (const double at : {range.low, range.high}) ticks.push_back({at, fmt::format("{:.4g}", at)});
  return ticks;
}

std::vector<SeriesLook> series_looks(const Figure& figure) {
  std::vector<std::string> labels, families;
  for (const Series& series : figure.series) {
    labels.push_back(series.label);
    families.push_back(series.family);
  }
  const std::vector<std::size_t> variants = variants_of(labels, families);
  const bool many = !has_bars(figure) && std::set<std::string>(labels.begin(), labels.end()).size() > kMostLines;
  std::vector<SeriesLook> looks;
  std::set<std::string> seen, told_apart;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!many || told_apart.size() < kNamedOfMany) told_apart.insert(labels[i]);
    const bool rest = !told_apart.contains(labels[i]), named = seen.insert(labels[i]).second;
    looks.push_back({look_of(families[i], variants[i]), rest, named && !rest && !labels[i].empty()});
  }
  return looks;
}

bool has_bars(const Figure& figure) {
  return std::ranges::any_of(figure.series, [](const Series& series) {
    return series.drawing == Drawing::bar || series.drawing == Drawing::interval;
  });
}

}  // namespace physgrad
