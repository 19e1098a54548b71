// physgrad-bench plot: pictures from reports alone.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "kind_choices.hpp"
#include "number_options.hpp"
#include "picture_files.hpp"
#include "plotted_figures.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

struct PlotRequest {
  FigureRequest figures;
  PictureRequest pictures;
};

}  // namespace

void add_plot(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("plot", "Draw pictures from one or more reports, through gnuplot");
  verb->footer(call.help(
      "One picture goes to standard output; several need --out DIRECTORY.\nExamples:\n"
      "  physgrad-bench plot --from results/mine --kind convergence --format png --out pictures\n"
      "  physgrad-bench plot --from results/mine --kind convergence --problem heat --by seconds >heat.svg\n"
      "  physgrad-bench plot --from results/mine --kind memory --problem heat --format pdf --out heat.pdf --keep\n"
      "  physgrad-bench plot --from results/mine --kind profile --group family --by seconds >families.svg\n"
      "  physgrad-bench plot --from results/mine --kind trajectory --problem two-body --sample 3 --out orbits\n"
      "fields and trajectory show what was learned: the run needs --save-weights."));
  const auto request = std::make_shared<PlotRequest>();
  add_report_options(*verb, request->figures.reports);
  verb->add_option("--kind", request->figures.kind, fmt::format("{}", fmt::join(plot_kinds(), ", ")))->required();
  verb->add_option("--format", request->pictures.format, picture_formats_text());
  verb->add_option("--by", request->figures.by,
                   "of convergence, profile and ecdf: seconds, steps or simulator_calls (all)");
  add_budgets(*verb, request->figures.options.budgets);
  add_group(*verb, request->figures.options.group, "profile");
  add_whole(*verb, "--sample", request->figures.sample, 0, 10000000,
            "of fields and trajectory: which held-out sample of the first seed (default 0)");
  verb->add_option("--out", request->pictures.out, "file, or directory, which is made where it is not there");
  verb->add_flag("--keep", request->pictures.keep,
                 "leave gnuplot's script, which holds the data, beside each picture as NAME.gp");
  verb->callback([request, &call] {
    check_picture_request(request->pictures);
    write_pictures(plotted_figures(request->figures, call), request->pictures);
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
