// physgrad-bench list: what there is, what it needs, what methods are made of, and which pairs cannot run.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "physgrad/pages/catalogue_listing.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

void add_list(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("list", "Show problems, methods, their parts and which pairs can run");
  verb->footer(
      call.help("Examples:\n  physgrad-bench list\n  physgrad-bench list problems 'he*' --json\n"
                "  physgrad-bench list pairs --problem heat,burgers --method 'dp-*'"));
  const auto request = std::make_shared<ListingRequest>();
  const auto json = std::make_shared<bool>(false);
  verb->add_option("what", request->list, fmt::format("{}; all of them without", fmt::join(listing_names(), ", ")));
  verb->add_option("names", request->names, "of that list only these: names or patterns such as 'he*'")->delimiter(',');
  verb->add_option("--problem", request->problems, "only these problems and their pairs")->delimiter(',');
  verb->add_option("--method", request->methods, "only these methods and their pairs")->delimiter(',');
  verb->add_flag("--json", *json, "as JSON, with every setting, default and range");
  verb->callback([request, json, &call] {
    fmt::print("{}", *json ? listing_json(call.catalogue, *request) : listing_text(call.catalogue, *request));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
