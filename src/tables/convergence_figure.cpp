// Training loss over seconds, steps and simulator calls: the median over seeds with a band.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/curves.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/trajectories.hpp"

namespace physgrad {
namespace {

constexpr int kMarks = 40;
constexpr double kAbove = 1e3;  ///< times the loss before training, above which a curve leaves the picture

bool ends_badly(const CellRecord& cell) {
  return cell.status == Status::diverged || cell.status == Status::failed || cell.status == Status::out_of_memory;
}

/// Of a cell on the axis: the place of its first step and of its end.
std::pair<double, double> reach_of(const CellRecord& cell, Abscissa abscissa) {
  double first = kInfinity, last = 0;
  for (const CurvePoint& point : cell.curve) {
    const double place = place_of(point, abscissa);
    if (point.step == 0 || !(place > 0) || !std::isfinite(place)) continue;
    first = std::min(first, place);
    last = std::max(last, place);
  }
  return {first, last};
}

/// From where all cells have made their first step to where the first one ends; those that a target stopped, and those
/// that diverged, go on for good. One place where cells end before others begin. {infinity, ..} without a step.
std::pair<double, double> common_reach(const std::vector<const CellRecord*>& cells, Abscissa abscissa) {
  double begin = 0, end = kInfinity, furthest = 0;
  for (const CellRecord* cell : cells) {
    const auto [first, last] = reach_of(*cell, abscissa);
    const bool goes_on = ends_badly(*cell) || cell->status == Status::target_reached;
    if (std::isfinite(first)) begin = std::max(begin, first);
    if (!goes_on) end = std::min(end, last);
    furthest = std::max(furthest, last);
  }
  return {begin > 0 ? begin : kInfinity, std::max(begin, std::min(end, furthest))};
}

/// Where one trajectory alone is shown, and not the times of several copies: where it was measured. Else log-spaced
/// places; steps and calls are whole.
std::vector<double> marks_of(const std::vector<std::vector<const CellRecord*>>& trajectories, Abscissa abscissa,
                             std::pair<double, double> reach) {
  const auto [begin, end] = reach;
  std::vector<double> marks;
  if (!(begin <= end)) return marks;
  const bool one_clock_reading = abscissa != Abscissa::seconds || trajectories.front().size() == 1;
  if (trajectories.size() == 1 && one_clock_reading) {
    for (const CurvePoint& point : trajectories.front().front()->curve)
      if (const double place = place_of(point, abscissa); point.step > 0 && place >= begin && place <= end)
        marks.push_back(place);
    std::ranges::sort(marks);
  } else {
    for (int i = 0; i < kMarks; ++i) {
      const double mark = begin * std::pow(end / begin, static_cast<double>(i) / (kMarks - 1));
      marks.push_back(std::clamp(abscissa == Abscissa::seconds ? mark : std::round(mark), begin, end));
    }
  }
  marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  return marks;
}

/// What a cell ends with, where a mark lies beyond its end.
double carried_loss(const CellRecord& cell) {
  if (ends_badly(cell)) return kInfinity;
  return cell.curve.empty() ? kAbsent : miss_if_absent(cell.curve.back().losses.train_loss);
}

/// The median over the copies of one trajectory; infinite after a bad end, of cells that measured nothing too.
double trajectory_loss(const std::vector<const CellRecord*>& copies, Abscissa abscissa, double mark) {
  std::vector<double> losses;
  for (const CellRecord* cell : copies) {
    const double loss = loss_at(*cell, abscissa, mark);
    losses.push_back(std::isnan(loss) ? carried_loss(*cell) : loss);
  }
  return quantile(std::move(losses), 0.5);
}

Series curve_of(const MethodRow& row, Abscissa abscissa, double highest) {
  Series series{.label = row.method, .family = family_of(row.name)};
  const TimedCells timed = cells_by(row, abscissa);
  series.open = !timed.hold;
  const Trajectories& trajectories = timed.trajectories;
  bool lost = !timed.cells.empty() && std::ranges::all_of(timed.cells, [](auto* cell) { return ends_badly(*cell); });
  for (const double mark : marks_of(trajectories, abscissa, common_reach(timed.cells, abscissa))) {
    std::vector<double> losses;
    for (const auto& copies : trajectories) losses.push_back(trajectory_loss(copies, abscissa, mark));
    const auto [median, low, high] = spread(losses);
    if (std::isnan(median)) continue;
    if (std::isinf(median)) {
      lost = true;
      break;
    }
    series.x.push_back(mark);
    series.y.push_back(median > highest ? kInfinity : median);
    if (trajectories.size() == 1) continue;
    series.low.push_back(low);
    series.high.push_back(high > highest ? kInfinity : high);
  }
  series.cross_at_end = lost;
  return series;
}

/// A mark at the first step of a curve, of its look.
Series first_step_of(const Series& curve) {
  return {.label = curve.label,
          .family = curve.family,
          .drawing = Drawing::points,
          .x = {curve.x.front()},
          .y = {curve.y.front()},
          .open = curve.open};
}

double start_of_group(const ProblemGroup& group) {
  std::vector<double> starts;
  for (const MethodRow& row : group.rows)
    for (const CellRecord* cell : row.tried()) starts.push_back(cell->initial.train_loss);
  return quantile(std::move(starts), 0.5);
}

std::string end_sentence(const std::vector<Series>& curves) {
  if (curves.empty()) return "No method has a curve.";
  std::vector<std::string> ends;
  for (const Series& curve : curves)
    if (!curve.cross_at_end && std::isfinite(curve.y.back()))
      ends.push_back(fmt::format("{} {:.3g}", curve.label, curve.y.back()));
  if (ends.empty()) return "Every method diverges or fails.";
  return fmt::format("No method reaches a target; the losses at the end are {}.", listed(ends));
}

std::string seeds_note(const ProblemGroup& group) {
  std::size_t most = 0;
  for (const MethodRow& row : group.rows) most = std::max(most, row.distinct().size());
  if (most <= 1) return "One seed: the points are those that were measured, and there are no bands.";
  return fmt::format(
      "Median over up to {} seeds of the last measured loss at or before each of {} log-spaced places, from where all "
      "seeds have made their first step to where the first one ends; a seed that reached its last target keeps its "
      "loss, one that diverged or failed counts as infinite. Bands: {}.",
      most, kMarks, most >= 4 ? "quartiles, or the range of fewer than 4 seeds" : "the range of the seeds");
}

Figure convergence_figure(const ProblemGroup& group, Abscissa abscissa) {
  Figure figure{.kind = "convergence", .problem = group.problem, .by = option_text(abscissa)};
  figure.name = plain_name({figure.kind, group.problem, figure.by});
  figure.title = fmt::format("{}: training loss over {}", group.problem,
                             abscissa == Abscissa::seconds ? "training time" : to_text(abscissa));
  figure.x = {axis_text(abscissa), true};
  figure.y = {"training loss", true};
  const double start = start_of_group(group);
  for (const MethodRow& row : group.rows)
    if (Series curve = curve_of(row, abscissa, start > 0 ? kAbove * start : kInfinity); !curve.x.empty())
      figure.series.push_back(std::move(curve));
  std::ranges::stable_sort(figure.series, {},
                           [](const Series& curve) { return curve.cross_at_end ? kInfinity : curve.y.back(); });
  figure.summary = hardest_target_sentence(group, abscissa);
  if (figure.summary.empty()) figure.summary = end_sentence(figure.series);
  for (std::size_t i = 0, curves = figure.series.size(); i < curves; ++i)
    figure.series.push_back(first_step_of(figure.series[i]));
  for (const double target : group.targets()) figure.guides.push_back({target, false, fmt::format("{:.3g}", target)});
  if (start > 0 && std::isfinite(start)) figure.guides.push_back({start, false, "before training"});
  figure.notes = {denominator_text(group), seeds_note(group),
                  "A symbol at the left end of a curve is its first step, a cross at the right end means that it "
                  "diverged or failed; dotted lines are the targets and the loss before training."};
  std::ranges::move(trouble_notes(group), std::back_inserter(figure.notes));
  if (abscissa == Abscissa::seconds) std::ranges::move(timing_notes(group), std::back_inserter(figure.notes));
  return figure;
}

}  // namespace

std::vector<Figure> convergence_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const ProblemGroup& group : reports.groups())
    for (const Abscissa abscissa : kFigureAbscissae) {
      const auto parts = abscissa == Abscissa::seconds ? split_by_clock(group) : std::vector<ProblemGroup>{group};
      if (!knows(parts, abscissa)) continue;
      for (const ProblemGroup& part : parts)
        if (Figure figure = convergence_figure(part, abscissa); !figure.series.empty())
          figures.push_back(std::move(figure));
    }
  return figures;
}

}  // namespace physgrad
