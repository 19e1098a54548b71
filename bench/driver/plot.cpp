// physgrad-bench plot: pictures from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "number_options.hpp"
#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claims_figure.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/study/learned.hpp"
#include "physgrad/tables/figures.hpp"
#include "physgrad/tables/learned_figures.hpp"
#include "picture_files.hpp"
#include "report_options.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct PlotRequest {
  ReportOptions reports;
  PictureRequest pictures;
  std::string kind, by;
  std::optional<long> sample;
};

constexpr const char* kClaims = "claims";  ///< judged, not read off reports alone

std::vector<std::string> plot_kinds() {
  std::vector<std::string> kinds = figure_kinds();
  kinds.emplace_back(kClaims);
  kinds.insert(kinds.end(), learned_kinds().begin(), learned_kinds().end());
  return kinds;
}

/// Says what has nothing to show, as far as a person reads on.
void tell_missing(const std::vector<std::string>& missing, const Call& call) {
  constexpr std::size_t most = 5;
  for (std::size_t i = 0; i < std::min(most, missing.size()); ++i) call.tell(missing[i]);
  if (missing.size() > most) call.tell(fmt::format("and {} more without weights", missing.size() - most));
}

std::vector<Figure> figures_of_weights(const PlotRequest& request, const Call& call) {
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

std::vector<Figure> figures_of(const PlotRequest& request, const Call& call) {
  if (!contains(plot_kinds(), request.kind))
    throw UsageError(unknown_name_message("kind of figure", request.kind, plot_kinds()));
  const bool learned = contains(learned_kinds(), request.kind);
  if (request.sample && !learned)
    throw UsageError(fmt::format("--sample has no effect on pictures of the kind '{}'; it is of {}", request.kind,
                                 fmt::join(learned_kinds(), " and ")));
  if (request.kind == kClaims) return claim_figures(request.reports);
  return learned ? figures_of_weights(request, call) : make_figures(request.kind, read_reports(request.reports));
}

/// Of the figures those by what was asked for.
std::vector<Figure> chosen_figures(const PlotRequest& request, const Call& call) {
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

}  // namespace

void add_plot(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("plot", "Draw pictures from one or more reports, through gnuplot");
  verb->footer(call.help(
      "One picture goes to standard output; several need --out DIRECTORY.\nExamples:\n"
      "  physgrad-bench plot --from results/mine --kind convergence --format png --out pictures\n"
      "  physgrad-bench plot --from results/mine --kind convergence --problem heat --by seconds >heat.svg\n"
      "  physgrad-bench plot --from results/mine --kind memory --problem heat --format pdf --out heat.pdf --keep\n"
      "  physgrad-bench plot --from results/mine --kind trajectory --problem two-body --sample 3 --out orbits\n"
      "fields and trajectory show what was learned: the run needs --save-weights."));
  const auto request = std::make_shared<PlotRequest>();
  add_report_options(*verb, request->reports);
  verb->add_option("--kind", request->kind, fmt::format("{}", fmt::join(plot_kinds(), ", ")))->required();
  verb->add_option("--format", request->pictures.format, picture_formats_text());
  verb->add_option("--by", request->by, "of convergence, profile and ecdf: seconds, steps or simulator_calls (all)");
  add_whole(*verb, "--sample", request->sample, 0, 10000000,
            "of fields and trajectory: which held-out sample of the first seed (default 0)");
  verb->add_option("--out", request->pictures.out, "file, or directory, which is made where it is not there");
  verb->add_flag("--keep", request->pictures.keep,
                 "leave gnuplot's script, which holds the data, beside each picture as NAME.gp");
  verb->callback([request, &call] {
    check_picture_request(request->pictures);
    const std::vector<Figure> figures = chosen_figures(*request, call);
    write_pictures(figures, request->pictures);
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
