#include "plotted_figures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claims_figure.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/study/learned.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/learned_figures.hpp"

namespace physgrad::driver {
namespace {

constexpr const char* kClaims = "claims";  ///< judged, not read off reports alone

/// Says what has nothing to show, as far as a person reads on.
void tell_missing(const std::vector<std::string>& missing, const Call& call) {
  constexpr std::size_t most = 5;
  for (std::size_t i = 0; i < std::min(most, missing.size()); ++i) call.tell(missing[i]);
  if (missing.size() > most) call.tell(fmt::format("and {} more without weights", missing.size() - most));
}

std::vector<Figure> figures_of_weights(const FigureRequest& request, const Call& call) {
  const std::vector<LabelledReport> reports = read_reports(request.reports);
  const long sample = request.sample.value_or(0);
  const LearnedCells cells(call.catalogue, request.reports.from, sample);
  LearnedFigures found = learned_figures(reports, {.kind = request.kind, .source = cells, .sample = sample});
  if (!found.any)
    throw std::runtime_error(
        fmt::format("--kind {} shows what weights do, and there are none{}; measure with `run --save-weights`",
                    request.kind, found.missing.empty() ? "" : fmt::format(" ({})", found.missing.front())));
  if (found.figures.empty())
    throw std::runtime_error(
        fmt::format("the problems show nothing of the kind '{}'; the other is {}", request.kind,
                    request.kind == learned_kinds().front() ? learned_kinds().back() : learned_kinds().front()));
  tell_missing(found.missing, call);
  return std::move(found.figures);
}

/// Of the literature's claims, as the verb `claims` judges them.
std::vector<Figure> claim_figures(const ReportOptions& options) {
  ClaimReports reports = read_claim_reports({options.from.begin(), options.from.end()});
  select_cells(reports.reports, options.selection);
  const std::vector<Claim> claims = parse_claims(embedded_claims(), "docs/claims.json").claims;
  Figure figure = claims_figure(claims, judge_all(claims, reports.reports, reports.by_name));
  return figure.series.empty() ? std::vector<Figure>{} : std::vector{std::move(figure)};
}

std::vector<Figure> figures_of(const FigureRequest& request, const Call& call) {
  if (!contains(plot_kinds(), request.kind))
    throw UsageError(unknown_name_message("kind of figure", request.kind, plot_kinds()));
  const bool learned = contains(learned_kinds(), request.kind);
  if (request.sample && !learned)
    throw UsageError(fmt::format("--sample has no effect on pictures of the kind '{}'; it is of {}", request.kind,
                                 fmt::join(learned_kinds(), " and ")));
  check_options(request.kind, request.options);
  if (request.kind == kClaims) return claim_figures(request.reports);
  if (learned) return figures_of_weights(request, call);
  return make_figures(request.kind, read_reports(request.reports), request.options);
}

}  // namespace

std::vector<std::string> plot_kinds() {
  std::vector<std::string> kinds = figure_kinds();
  kinds.emplace_back(kClaims);
  kinds.insert(kinds.end(), learned_kinds().begin(), learned_kinds().end());
  return kinds;
}

std::vector<Figure> plotted_figures(const FigureRequest& request, const Call& call) {
  std::vector<Figure> figures = figures_of(request, call);
  if (figures.empty())
    throw std::runtime_error(fmt::format("the reports have nothing to show of the kind '{}'", request.kind));
  if (request.by.empty()) return figures;
  std::vector<std::string> known;
  for (const Figure& figure : figures)
    if (std::ranges::find(known, figure.by) == known.end()) known.push_back(figure.by);
  if (known == std::vector<std::string>{""})
    throw UsageError(fmt::format("--by {}: pictures of the kind '{}' have no such choice", request.by, request.kind));
  if (std::ranges::find(known, request.by) == known.end())
    throw UsageError("--by: " + unknown_name_message("abscissa", request.by, known));
  std::erase_if(figures, [&](const Figure& figure) { return figure.by != request.by; });
  return figures;
}

}  // namespace physgrad::driver
