// physgrad-bench: the command line. Exit codes: 0 done, 1 failure, 2 usage.
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <new>

#include "../start_up.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/measure/environment.hpp"
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

std::string version_text() {
  const BuildFacts build = build_facts();
  return fmt::format("physgrad-bench {} (commit {}{}, {}, {})", build.version, build.commit,
                     build.dirty ? ", modified" : "", build.build_type, build.compiler);
}

/// The parser's own message, with what would be right where it leaves that out.
std::string parse_message(const CLI::App& app, const CLI::ParseError& error, const std::vector<std::string>& command) {
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) return fmt::format("{}; see physgrad-bench --help", error.what());
  const std::string hint = fmt::format("; see physgrad-bench {} --help", chosen.front()->get_name());
  if (error.get_name() == "ConversionError") return fmt::format("{}; expected a number{}", error.what(), hint);
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return error.what() + hint;
  std::vector<std::string> known;
  for (const CLI::Option* option :
       chosen.front()->get_options([](const CLI::Option* each) { return !each->get_group().empty(); }))
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  for (const std::string& word : command) {
    const std::string option = word.substr(0, word.find('='));
    if (option.starts_with("--") && std::ranges::find(known, option) == known.end())
      return unknown_name_message("option", option, known);
  }
  return error.what() + hint;
}

int complain(const std::string& message, int exit_code) {
  tell(fmt::format("physgrad-bench: {}\n", one_line(message, UsageError::kLongest)));
  return exit_code;
}

int run_command(int argc, char** argv) {
  const std::vector<std::string> command(argv, argv + argc);
  CLI::App app(kDescription, "physgrad-bench");
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text());
  int exit_code = 0;
  add_run(app, exit_code, command);
  add_tune(app, exit_code, command);
  add_table(app, exit_code);
  add_claims(app, exit_code, command);
  add_list(app, exit_code);
  add_cell(app, exit_code);
  add_inspect(app, exit_code);
  try {
    check_verb(app, command);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return complain(parse_message(app, error, command), kUsage);
    exit_code = app.exit(error);  // help or version
  }
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? exit_code
                                                              : complain("standard output: write failed", kFailure);
}

int guarded(int argc, char** argv) {
  try {
    return run_command(argc, argv);
  } catch (const UsageError& error) {
    return complain(error.what(), kUsage);
  } catch (const std::bad_alloc& error) {
    const std::string_view reason = error.what();
    return complain(reason == std::bad_alloc().what() ? "out of memory" : std::string(reason), kFailure);
  } catch (const std::exception& error) {
    // Output longer than the stream's buffer fails while it is printed, which throws without naming the stream.
    const std::string where = std::ferror(stdout) != 0 ? "standard output: " : "";
    return complain(where + error.what(), kFailure);
  }
}

}  // namespace
}  // namespace physgrad::driver

int main(int argc, char** argv) {
  physgrad::bench::choose_blas_core(argv);
  std::signal(SIGXFSZ, SIG_IGN);  // a file beyond the limit of its size is then an error of its write, with a reason
  physgrad::driver::reserve_standard_descriptors();
  try {
    return physgrad::driver::with_enough_stack([&] { return physgrad::driver::guarded(argc, argv); });
  } catch (const std::exception& error) {
    return physgrad::driver::complain(error.what(), physgrad::driver::kFailure);
  }
}
