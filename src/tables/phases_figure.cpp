// What a step's time goes to: a bar of shares for each method, the time of a step in its name.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/stacked_bars.hpp"

namespace physgrad {
namespace {

struct StepTime {
  std::string method;
  double seconds = 0;  ///< of a step, evaluation not included
  std::array<double, kPhases> shares{};
  bool hold = true;
};

/// Medians over seeds of the parts, whose sum is the step.
StepTime step_time(const MethodRow& row) {
  const TimedCells timed = timed_cells(row);
  StepTime time{.method = row.method, .hold = timed.hold};
  for (std::size_t p = 0; p < kPhases; ++p) {
    if (p == static_cast<std::size_t>(Phase::evaluation)) continue;
    const double part = timed.median([p](const CellRecord& cell) {
      return cell.steps > 0 ? cell.time.phases[p] / static_cast<double>(cell.steps) : kAbsent;
    });
    time.shares[p] = part > 0 && std::isfinite(part) ? part : 0;
    time.seconds += time.shares[p];
  }
  for (double& share : time.shares) share /= time.seconds > 0 ? time.seconds : 1;
  return time;
}

std::string duration_text(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.3g} us", 1e6 * seconds);
  return seconds < 1 ? fmt::format("{:.3g} ms", 1e3 * seconds) : fmt::format("{:.3g} s", seconds);
}

std::vector<std::string> phase_names() {
  std::vector<std::string> names;
  for (std::size_t p = 0; p < kPhases; ++p) names.emplace_back(to_text(static_cast<Phase>(p)));
  return names;
}

std::string phases_summary(std::vector<StepTime> times) {
  std::ranges::stable_sort(times, {}, &StepTime::seconds);
  std::vector<std::string> parts;
  for (const StepTime& time : times) {
    const auto most = static_cast<std::size_t>(std::ranges::max_element(time.shares) - time.shares.begin());
    parts.push_back(fmt::format("of {} takes {} ({:.0f} % {})", time.method, duration_text(time.seconds),
                                100 * time.shares[most], part_text(phase_names()[most])));
  }
  return fmt::format("A step {}.", listed(parts));
}

Figure phases_figure(const ProblemGroup& group) {
  Figure figure{.kind = "phases", .name = plain_name({"phases", group.problem}), .problem = group.problem};
  figure.title = fmt::format("{}: what the time of a step goes to", group.problem);
  figure.y.label = "share of the time of a step [%]";
  std::vector<StepTime> times;
  for (const MethodRow& row : group.rows)
    if (StepTime time = step_time(row); time.seconds > 0) times.push_back(std::move(time));
  if (times.empty()) return figure;
  std::vector<std::vector<double>> bars;
  for (const StepTime& time : times) {
    figure.categories.push_back(
        fmt::format("{}  {}{}", time.method, time.hold ? "" : kDisturbedSign, duration_text(time.seconds)));
    std::vector<double>& bar = bars.emplace_back();
    for (const double share : time.shares) bar.push_back(100 * share);
  }
  add_stacked_bars(phase_names(), bars, figure);
  figure.summary = phases_summary(times);
  figure.notes = {denominator_text(group),
                  "Medians over seeds of the time by phase over the number of steps, evaluation not included; beside "
                  "each name the time of a step."};
  std::ranges::move(trouble_notes(group), std::back_inserter(figure.notes));
  std::ranges::move(timing_notes(group), std::back_inserter(figure.notes));
  return figure;
}

}  // namespace

std::vector<Figure> phase_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const ProblemGroup& group : reports.groups())
    for (const ProblemGroup& part : split_by_clock(group))
      if (Figure figure = phases_figure(part); !figure.series.empty()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace physgrad
