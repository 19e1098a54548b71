// physgrad-bench plot: pictures from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <utility>

#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claims_figure.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/tables/figures.hpp"
#include "picture_files.hpp"
#include "report_options.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct PlotRequest {
  ReportOptions reports;
  PictureRequest pictures;
  std::string kind, by;
};

constexpr const char* kClaims = "claims";  ///< judged, not read off reports alone

std::vector<std::string> plot_kinds() {
  std::vector<std::string> kinds = figure_kinds();
  kinds.emplace_back(kClaims);
  return kinds;
}

/// Of the literature's claims, as the verb `claims` judges them.
std::vector<Figure> claim_figures(const ReportOptions& options) {
  ClaimReports reports = read_claim_reports({options.from.begin(), options.from.end()});
  select_cells(reports.reports, options.selection);
  const std::vector<Claim> claims = parse_claims(embedded_claims(), "docs/claims.json").claims;
  Figure figure = claims_figure(claims, judge_all(claims, reports.reports, reports.by_name));
  return figure.series.empty() ? std::vector<Figure>{} : std::vector{std::move(figure)};
}

std::vector<Figure> all_figures(const PlotRequest& request) {
  if (request.kind == kClaims) return claim_figures(request.reports);
  const std::vector<std::string> kinds = plot_kinds();
  if (std::ranges::find(kinds, request.kind) == kinds.end())
    throw UsageError(unknown_name_message("kind of figure", request.kind, kinds));
  return make_figures(request.kind, read_reports(request.reports));
}

/// Of the figures those by what was asked for.
std::vector<Figure> chosen_figures(const PlotRequest& request) {
  std::vector<Figure> figures = all_figures(request);
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
      "  physgrad-bench plot --from results/mine --kind memory --problem heat --format pdf --out heat.pdf --keep"));
  const auto request = std::make_shared<PlotRequest>();
  add_report_options(*verb, request->reports);
  verb->add_option("--kind", request->kind, fmt::format("{}", fmt::join(plot_kinds(), ", ")))->required();
  verb->add_option("--format", request->pictures.format, picture_formats_text());
  verb->add_option("--by", request->by, "of convergence, profile and ecdf: seconds, steps or simulator_calls (all)");
  verb->add_option("--out", request->pictures.out, "file, or directory, which is made where it is not there");
  verb->add_flag("--keep", request->pictures.keep,
                 "leave gnuplot's script, which holds the data, beside each picture as NAME.gp");
  verb->callback([request, &call] {
    check_picture_request(request->pictures);
    const std::vector<Figure> figures = chosen_figures(*request);
    write_pictures(figures, request->pictures);
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
