// physgrad-bench completions, man: the program's own description for shells and for man.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "description.hpp"
#include "manual_page.hpp"
#include "shell_completion.hpp"
#include "verbs.hpp"

namespace physgrad::driver {

void add_completions(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("completions", "Print the script by which a shell completes this program");
  verb->footer(
      call.help("`cmake --install` and the Debian package put them in place. Examples:\n"
                "  eval \"$(physgrad-bench completions bash)\"\n"
                "  physgrad-bench completions fish > ~/.config/fish/completions/physgrad-bench.fish"));
  const auto shell = std::make_shared<std::string>();
  verb->add_option("shell", *shell, fmt::format("{}", fmt::join(completion_shells(), ", ")))->required();
  verb->callback([shell, &app, &call] {
    fmt::print("{}", shell_completion(*shell, describe(app, call.catalogue)));
    call.exit_code = 0;
  });
}

void add_man(CLI::App& app, Call& call) {
  CLI::App* verb = app.add_subcommand("man", "Print the manual page of this program");
  verb->footer(call.help("Examples:\n  physgrad-bench man | man -l -"));
  verb->callback([&app, &call] {
    fmt::print("{}", manual_page(describe(app, call.catalogue)));
    call.exit_code = 0;
  });
}

}  // namespace physgrad::driver
