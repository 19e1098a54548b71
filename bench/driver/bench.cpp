#include "physgrad/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <new>
#include <optional>

#include "physgrad/core/settings.hpp"
#include "physgrad/measure/environment.hpp"
#include "physgrad/start_up.hpp"
#include "stack.hpp"
#include "standard_streams.hpp"
#include "verbs.hpp"

namespace physgrad::driver {
namespace {

constexpr const char* kDescription =
    "Benchmarks of training through physics simulators: plain, physical and half-inverse gradients.\n"
    "Examples:\n"
    "  physgrad-bench run                                   the default suite, at most 2 minutes\n"
    "  physgrad-bench run --problem heat --method pg,dp-adam --seeds 5\n"
    "  physgrad-bench table --from results/NAME --kind convergence --format md\n"
    "  physgrad-bench claims --from results/reference/claims\n"
    "  physgrad-bench inspect --problem heat --method hig --seed 0 --out step.json";

/// A wrong verb gets the nearest right one; everything else is left to the parser.
void check_verb(const CLI::App& app, const std::vector<std::string>& command) {
  if (command.size() < 2 || command[1].empty() || command[1].front() == '-') return;
  std::vector<std::string> verbs;
  for (const CLI::App* verb : app.get_subcommands(nullptr))
    if (!verb->get_group().empty()) verbs.push_back(verb->get_name());
  if (std::ranges::find(verbs, command[1]) == verbs.end())
    throw UsageError(unknown_name_message("command", command[1], verbs));
}

std::string version_text(const Call& call) {
  const BuildFacts build = build_facts();
  return fmt::format("{} {} (commit {}{}, {}, {})", call.program, build.version, build.commit,
                     build.dirty ? ", modified" : "", build.build_type, build.compiler);
}

/// The parser's own message, with what would be right where it leaves that out.
std::string parse_message(const CLI::App& app, const CLI::ParseError& error, const Call& call) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) return fmt::format("{}; see {} --help", error.what(), call.program);
  const std::string hint = fmt::format("; see {} {} --help", call.program, chosen.front()->get_name());
  if (error.get_name() == "ConversionError") return fmt::format("{}; expected a number{}", error.what(), hint);
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return error.what() + hint;
  std::vector<std::string> known;
  for (const CLI::Option* option :
       chosen.front()->get_options([](const CLI::Option* each) { return !each->get_group().empty(); }))
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string& word : call.command) {
    const std::string option = word.substr(0, word.find('='));
    if (option.starts_with("--") && std::ranges::find(known, option) == known.end())
      return unknown_name_message("option", option, known);
  }
  return error.what() + hint;
}

int complain(const Call& call, const std::string& message, int exit_code) {
  call.tell(one_line(message, UsageError::kLongest));
  return exit_code;
}

int run_command(int argc, char** argv, Call& call) {
  CLI::App app(call.help(kDescription), call.program);
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text(call));
  constexpr void (*kVerbs[])(CLI::App&, Call&) = {
      add_run,          //
      add_tune,         //
      add_merge,        //
      add_table,        //
      add_plot,         //
      add_report,       //
      add_export,       //
      add_compare,      //
      add_claims,       //
      add_cite,         //
      add_validate,     //
      add_list,         //
      add_cell,         //
      add_inspect,      //
      add_completions,  //
      add_man,          //
  };
  for (const auto add : kVerbs) add(app, call);
  try {
    check_verb(app, call.command);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return complain(call, parse_message(app, error, call), kUsage);
    call.exit_code = app.exit(error);  // help or version
  }
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0
             ? call.exit_code
             : complain(call, "standard output: write failed", kFailure);
}

int guarded(const Call& call, const std::function<int()>& work) {
  try {
    return work();
  } catch (const UsageError& error) {
    return complain(call, error.what(), kUsage);
  } catch (const std::bad_alloc& error) {
    const std::string_view reason = error.what();
    return complain(call, reason == std::bad_alloc().what() ? "out of memory" : std::string(reason), kFailure);
  } catch (const std::exception& error) {
    // Output longer than the stream's buffer fails while it is printed, which throws without naming the stream.
    const std::string where = std::ferror(stdout) != 0 ? "standard output: " : "";
    return complain(call, where + error.what(), kFailure);
  }
}

/// What the user called the program, without folders.
std::string program_name(const std::vector<std::string>& command) {
  if (command.empty()) return "physgrad-bench";
  return command.front().substr(command.front().rfind('/') + 1);
}

}  // namespace
}  // namespace physgrad::driver

namespace physgrad {

int bench(int argc, char** argv, const Catalogue& catalogue) {
  executable::choose_blas_core(argv);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the limit of its size is then an error of its write, with a reason
  driver::reserve_standard_descriptors();
  const std::vector<std::string> command(argv, argv + argc);
  driver::Call call{catalogue, command, driver::program_name(command)};
  try {
    return driver::with_enough_stack(
        [&] { return driver::guarded(call, [&] { return driver::run_command(argc, argv, call); }); });
  } catch (const std::exception& error) {
    return driver::complain(call, error.what(), driver::kFailure);
  }
}

int bench(int argc, char** argv, const std::function<Catalogue()>& make) {
  const Catalogue none;
  const std::vector<std::string> command(argv, argv + argc);
  const driver::Call call{none, command, driver::program_name(command)};
  std::optional<Catalogue> catalogue;
  const int wrong = driver::guarded(call, [&] {
    catalogue = make();
    return 0;
  });
  return catalogue ? bench(argc, argv, *catalogue) : wrong;
}

}  // namespace physgrad
