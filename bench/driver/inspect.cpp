// physgrad-bench inspect: one update with everything it was made from.
#include <limits>
#include <memory>

#include "number_options.hpp"
#include "output_option.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/study/inspection.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

void add_inspect(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("inspect", "Write one update with everything it was made from, as JSON");
  verb->footer(
      call.help("The batch is the first B training samples of the seed, the same for every method.\nExamples:\n"
                "  physgrad-bench inspect --problem heat --method pg --seed 1 --out step.json\n"
                "  physgrad-bench inspect --problem two-body --method hig --batch 4 --set kappa=0.7 --jacobian\n"
                "  physgrad-bench inspect --weights results/mine/weights/heat__gn__s0.json --out next-step.json"));
  const auto request = std::make_shared<InspectRequest>();
  const auto out = std::make_shared<std::string>();
  verb->add_option("--problem", request->problem, "a problem of the catalogue");
  verb->add_option("--method", request->method, "a method of the catalogue");
  add_whole(*verb, "--seed", request->seed, 0, std::numeric_limits<std::uint64_t>::max(),
            "seed of data and weights (default 0)");
  add_whole(*verb, "--batch", request->batch, 1, 1000000, "samples (default 8; a problem without a network has one)");
  verb->add_option("--set", request->sets, "KEY=VALUE, PROBLEM.KEY=VALUE or METHOD.KEY=VALUE")->take_all();
  verb->add_option("--config", request->config, "a config file of run or tune: its settings for the pair");
  verb->add_option("--weights", request->weights,
                   "start from the weights that `run --save-weights` wrote to this file; it says problem, method, seed "
                   "and settings where no option does");
  verb->add_flag("--jacobian", request->jacobian, "write the joint and the control Jacobian too");
  add_output_option(*verb, *out);
  verb->callback([request, out, verb, &call] {
    if (verb->count("--weights") > 0 && request->weights.empty()) throw UsageError("--weights cannot be empty");
    if (!request->method.empty()) request->method = method_name(call.catalogue, request->method);
    check_output(*out);
    put_output(*out, inspection(call.catalogue, *request));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
