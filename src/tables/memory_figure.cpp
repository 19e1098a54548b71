// What the heap is for at its peak, and what was predicted.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/stacked_bars.hpp"

namespace physgrad {
namespace {

constexpr double kMegabyte = 1e6;

struct HeapPeak {
  std::string method;
  double total = 0, predicted = kAbsent;  ///< in MB
  std::array<double, kHeapUses> uses{};
};

/// Medians over seeds. Reports from before uses were told apart know the peak alone: it is all `other`.
HeapPeak heap_peak(const MethodRow& row) {
  HeapPeak peak{.method = row.method};
  const auto median = [&](auto number) { return quantile(row.collect(number), 0.5) / kMegabyte; };
  for (std::size_t u = 0; u < kHeapUses; ++u) {
    const double use = median([u](const CellRecord& cell) { return cell.memory.heap_by_use[u]; });
    peak.uses[u] = use > 0 && std::isfinite(use) ? use : 0;
    peak.total += peak.uses[u];
  }
  if (peak.total == 0) {
    const double whole = median([](const CellRecord& cell) { return cell.memory.peak_heap_bytes; });
    peak.total = peak.uses.back() = whole > 0 && std::isfinite(whole) ? whole : 0;
  }
  peak.predicted = median([](const CellRecord& cell) { return cell.memory.predicted_bytes; });
  return peak;
}

std::string memory_summary(std::vector<HeapPeak> peaks) {
  std::ranges::stable_sort(peaks, {}, &HeapPeak::total);
  std::vector<std::string> parts;
  double low = kAbsent, high = kAbsent;
  for (const HeapPeak& peak : peaks) {
    const auto most = static_cast<std::size_t>(std::ranges::max_element(peak.uses) - peak.uses.begin());
    parts.push_back(fmt::format("{} {:.3g} MB ({:.0f} % {})", peak.method, peak.total,
                                100 * peak.uses[most] / peak.total, to_text(static_cast<HeapUse>(most))));
    const double ratio = peak.predicted / peak.total;
    low = std::fmin(low, ratio);
    high = std::fmax(high, ratio);
  }
  std::string text = fmt::format("Peak of the heap: {}", listed(parts));
  if (!std::isnan(low)) text += fmt::format("; predicted were {:.2g} to {:.2g} times as much", low, high);
  return text + ".";
}

Series tick_series(const std::vector<HeapPeak>& peaks) {
  Series ticks{.label = "predicted", .family = "stack-other", .drawing = Drawing::tick};
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (!std::isfinite(peaks[i].predicted)) continue;
    ticks.x.push_back(static_cast<double>(i));
    ticks.y.push_back(peaks[i].predicted);
  }
  return ticks;
}

Figure memory_figure(const ProblemGroup& group) {
  Figure figure{.kind = "memory", .name = plain_name({"memory", group.problem}), .problem = group.problem};
  figure.title = fmt::format("{}: what the heap is for at its peak", group.problem);
  figure.y.label = "heap [MB]";
  std::vector<HeapPeak> peaks;
  for (const MethodRow& row : group.rows)
    if (HeapPeak peak = heap_peak(row); peak.total > 0) peaks.push_back(std::move(peak));
  if (peaks.empty()) return figure;
  std::vector<std::string> names;
  for (std::size_t u = 0; u < kHeapUses; ++u) names.emplace_back(to_text(static_cast<HeapUse>(u)));
  std::vector<std::vector<double>> bars;
  for (const HeapPeak& peak : peaks) {
    figure.categories.push_back(fmt::format("{}  {:.3g} MB", peak.method, peak.total));
    bars.emplace_back(peak.uses.begin(), peak.uses.end());
  }
  add_stacked_bars(names, bars, figure);
  if (Series ticks = tick_series(peaks); !ticks.x.empty()) figure.series.push_back(std::move(ticks));
  figure.summary = memory_summary(peaks);
  figure.notes = {denominator_text(group), "MB are 10^6 bytes; medians over seeds; beside each name the sum."};
  std::ranges::move(trouble_notes(group), std::back_inserter(figure.notes));
  return figure;
}

}  // namespace

std::vector<Figure> memory_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const ProblemGroup& group : reports.groups())
    if (Figure figure = memory_figure(group); !figure.series.empty()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace physgrad
