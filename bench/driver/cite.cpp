// physgrad-bench cite: this suite and the papers of what was used, as BibTeX.
#include <fmt/format.h>

#include <memory>

#include "citations.hpp"
#include "report_options.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

void add_cite(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("cite", "Print what to cite, as BibTeX");
  verb->footer(
      call.help("The suite, and the papers of the problems and methods that reports used or that are named; what no\n"
                "paper is known of is a @misc with what it says of its source.\nExamples:\n"
                "  physgrad-bench cite --from results/mine > mine.bib\n"
                "  physgrad-bench cite --problem heat --method 'pg*,hig'"));
  const auto options = std::make_shared<ReportOptions>();
  add_report_options(*verb, *options);
  verb->get_option("--from")->required(false);
  verb->get_option("--seed")->needs(verb->get_option("--from"));
  verb->callback([options, &call] {
    const Selection& selection = options->selection;
    const bool nothing = options->from.empty() && selection.problems.empty() && selection.methods.empty();
    fmt::print("{}", options->from.empty() ? cite_catalogue(selection, call.catalogue)
                                           : cite_reports(read_reports(*options), call.catalogue));
    if (nothing)
      call.tell("this suite alone; --from RUN adds the papers of what a run used, --problem and --method some");
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
