// physgrad-bench run: problems and methods measured, with a comparison at the end.
#include <fmt/format.h>

#include <memory>

#include "dry_run.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "run_options.hpp"
#include "run_suite.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

int print_specs(const Plan& plan) {
  for (const CellKey& cell : plan.cells)
    if (plan.task_of(cell).skip_reason.empty()) fmt::print("{}\n", run_line(plan.spec_of(cell)));
  return 0;
}

int run_as_asked(const RunRequest& request, const RunMode& mode, const Call& call) {
  if (!mode.specs && !mode.dry_run) return run_suite(request, call);
  const Plan plan = make_plan(call.catalogue, request);
  if (mode.dry_run) return print_forecast(plan, run_options_of(request), call);
  if (!request.only.empty()) throw UsageError("--only has no effect beside --specs");
  if (request.save_weights) throw UsageError("--save-weights has no effect beside --specs; give it to `cell`");
  return print_specs(part_of(plan, parse_shard(request.shard)));
}

}  // namespace

void add_run(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("run", "Measure problems and methods and print a comparison");
  verb->footer(call.help(
      "Without options: " + default_suite_text(call.catalogue) +
      " x 3 seeds.\nExamples:\n"
      "  physgrad-bench run --problem heat --method pg,dp-adam --seeds 5 --budget 10\n"
      "  physgrad-bench run --problem all --method hig --steps 100 --set hig.kappa=0.7 --set heat.points=32\n"
      "  physgrad-bench run --problem scaled-fit --method gn,hig --sweep lambda=1,0.1,0.01\n"
      "  physgrad-bench run --problem heat --method compose:loss=newton,physics=inverse,network=half-inverse,rule=sgd\n"
      "  physgrad-bench run --profile paper --problem coupled-oscillators\n"
      "  physgrad-bench run --config mine.json --out results/mine      (again: continues)\n"
      "  physgrad-bench run --config mine.json --out results/mine --shard slurm     (a task of a job array)\n"
      "  physgrad-bench run --out results/mine --only failed\n"
      "A setting takes effect in some cell or is refused; the command line beats the file, however a key is qualified\n"
      "there, and --steps or --budget replaces both of the file's. A composition is qualified by its whole name."));
  const auto request = std::make_shared<RunRequest>();
  const auto mode = std::make_shared<RunMode>();
  add_run_options(*verb, *request, *mode);
  verb->callback([request, mode, &call] { call.exit_code = run_as_asked(*request, *mode, call); });
}

}  // namespace physgrad::driver
