// What records keep of the Jacobian's singular values: the largest, the smallest that the truncation left, and how many
// lie between them. Spectra in full are in what `inspect --jacobian` writes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "physgrad/core/numbers.hpp"
#include "physgrad/statistics/statistics.hpp"
#include "physgrad/tables/families.hpp"
#include "physgrad/tables/figure_text.hpp"
#include "physgrad/tables/figures.hpp"

namespace physgrad {
namespace {

struct SpectrumEnds {
  double largest, smallest, kept, rows;
};

SpectrumEnds spectrum_of(const MethodRow& row) {
  const auto median = [&](auto number) { return quantile(row.collect(number), 0.5); };
  return {median([](const CellRecord& cell) { return cell.diagnostics.singular_max; }),
          median([](const CellRecord& cell) { return cell.diagnostics.singular_min_kept; }),
          median([](const CellRecord& cell) { return cell.diagnostics.kept_rank; }),
          median([](const CellRecord& cell) { return static_cast<double>(cell.sizes.jacobian_rows); })};
}

std::string kept_text(const std::string& method, const SpectrumEnds& ends) {
  return fmt::format("{} keeps {:.4g} of {:.4g} singular values, from {:.2g} down to {:.2g}", method, ends.kept,
                     ends.rows, ends.largest, ends.smallest);
}

Figure spectrum_figure(const ProblemGroup& group) {
  Figure figure{.kind = "spectrum", .name = plain_name({"spectrum", group.problem}), .problem = group.problem};
  figure.title = fmt::format("{}: ends of the Jacobian's spectrum", group.problem);
  figure.x = {"index of the singular value", true};
  figure.y = {"singular value", true};
  std::vector<std::string> kept;
  for (const MethodRow& row : group.rows) {
    const SpectrumEnds ends = spectrum_of(row);
    if (!(ends.largest > 0) || !(ends.smallest > 0) || !(ends.kept >= 1)) continue;
    figure.series.push_back({.label = row.method,
                             .family = family_of(row.name),
                             .drawing = Drawing::points,
                             .x = {1, ends.kept},
                             .y = {ends.largest, ends.smallest}});
    kept.push_back(kept_text(row.method, ends));
  }
  if (kept.empty()) return figure;
  double rows = 0;
  for (const MethodRow& row : group.rows)
    if (const double own = spectrum_of(row).rows; std::isfinite(own)) rows = std::max(rows, own);
  if (rows > 0) figure.guides.push_back({rows, true, "rows of J"});
  figure.summary = fmt::format("{}.", listed(kept, 3));
  figure.notes = {denominator_text(group),
                  "Medians over seeds of what cells record: the largest singular value of the Jacobian that a step "
                  "inverts, and the smallest that the truncation keeps, at its index. What lies between is not "
                  "recorded; inspect --jacobian writes a Jacobian in full."};
  std::ranges::move(trouble_notes(group), std::back_inserter(figure.notes));
  return figure;
}

}  // namespace

std::vector<Figure> spectrum_figures(const ReportSet& reports) {
  std::vector<Figure> figures;
  for (const ProblemGroup& group : reports.groups())
    if (Figure figure = spectrum_figure(group); !figure.series.empty()) figures.push_back(std::move(figure));
  return figures;
}

}  // namespace physgrad
