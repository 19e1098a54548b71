// The error in x against the training loss, along training: whether a smaller loss means a better x.
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

namespace physgrad {
namespace {

/// Steps that curves are read at: those of the first one, to where the first of those that trained to their end ends.
std::vector<double> steps_of(const Trajectories& trajectories) {
  std::vector<double> steps;
  if (trajectories.empty()) return steps;
  double end = kInfinity;
  for (const auto& copies : trajectories)
    if (const CellRecord& cell = *copies.front(); !cell.curve.empty() && cell.status != Status::target_reached)
      end = std::min(end, std::isinf(final_value(cell, &Losses::train_loss))
                              ? kInfinity
                              : static_cast<double>(cell.curve.back().step));
  const CellRecord* longest = trajectories.front().front();
  for (const auto& copies : trajectories)
    if (copies.front()->curve.size() > longest->curve.size()) longest = copies.front();
  for (const CurvePoint& point : longest->curve)
    if (const auto step = static_cast<double>(point.step); step <= end) steps.push_back(step);
  return steps;
}

/// Medians over seeds of both at one step; up to where one of them is lost.
Series path_of(const MethodRow& row) {
  Series series{.label = row.method, .family = family_of(row.name)};
  for (const double step : steps_of(row.distinct())) {
    const auto median = [&](double Losses::*which) {
      return quantile(row.collect([&](const CellRecord& cell) { return loss_at(cell, Abscissa::steps, step, which); }),
                      0.5);
    };
    const double loss = median(&Losses::train_loss), error = median(&Losses::x_error_relative);
    series.cross_at_end = std::isinf(loss) || std::isinf(error);
    if (series.cross_at_end) break;
    if (!(loss > 0 && error > 0)) continue;
    series.x.push_back(loss);
    series.y.push_back(error);
  }
  return series;
}

/// A symbol where training ends: of a line that turns back nobody sees its end otherwise.
Series path_end(const Series& path) {
  return {.label = path.label,
          .family = path.family,
          .drawing = Drawing::points,
          .x = {path.x.back()},
          .y = {path.y.back()}};
}

std::string rises_text(const std::vector<Series>& paths) {
  std::vector<std::string> rises;
  for (const Series& path : paths)
    rises.push_back(fmt::format("{} {:.3g}", path.label, path.y.back() / *std::ranges::min_element(path.y)));
  return fmt::format("The error in x at the end over its least on the way: {}.", listed(rises));
}

Figure x_error_figure(const ProblemGroup& group) {
  Figure figure{.kind = "x-error", .name = plain_name({"x-error", group.problem}), .problem = group.problem};
  figure.title = fmt::format("{}: error in x against the training loss", group.problem);
  figure.x = {"training loss", true};
  figure.y = {"error in x, relative [1]", true};
  for (const MethodRow& row : group.rows)
    if (Series path = path_of(row); !path.x.empty()) figure.series.push_back(std::move(path));
  std::ranges::stable_sort(figure.series, {}, [](const Series& series) { return series.y.back(); });
  figure.summary = rises_text(figure.series);
  for (std::size_t i = 0, paths = figure.series.size(); i < paths; ++i)
    figure.series.push_back(path_end(figure.series[i]));
  figure.notes = {
      denominator_text(group),
      "Along training, which goes from right to left as far as the loss falls: medians over seeds of both at "
      "the same step, to where the first seed ends; a symbol is the end, a cross that training diverged or "
      "failed. The error is over the size of the reference. A line that rises towards the left fits y better by an x "
      "that is worse."};
  std::ranges::move(trouble_notes(group), std::back_inserter(figure.notes));
  return figure;
}

}  // namespace

std::vector<Figure> x_error_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const ProblemGroup& group : reports.groups())
    if (Figure figure = x_error_figure(group); !figure.series.empty()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace physgrad
