#pragma once
// The verbs of the command line. Each adds its subcommand and, when chosen, stores the exit code of its work in the
// call, which lives as long as the parser.
#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad::driver {

inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;
inline constexpr int kBoundBroken = 3;

/// One call of the program.
struct Call {
  const Catalogue& catalogue;
  std::vector<std::string> command;  ///< argv
  std::string program;               ///< what the user called it, without folders
  int exit_code = 0;

  /// The text of a help, in which `physgrad-bench` stands for the program.
  [[nodiscard]] std::string help(std::string text) const;
  /// A message on standard error, with the program's name in front.
  void tell(std::string_view message) const;
};

void add_cell(CLI::App& app, Call& call);
void add_list(CLI::App& app, Call& call);
void add_run(CLI::App& app, Call& call);
void add_merge(CLI::App& app, Call& call);
void add_tune(CLI::App& app, Call& call);
void add_table(CLI::App& app, Call& call);
void add_report(CLI::App& app, Call& call);
void add_plot(CLI::App& app, Call& call);
void add_compare(CLI::App& app, Call& call);
void add_export(CLI::App& app, Call& call);
void add_validate(CLI::App& app, Call& call);
void add_cite(CLI::App& app, Call& call);
void add_claims(CLI::App& app, Call& call);
void add_inspect(CLI::App& app, Call& call);
void add_completions(CLI::App& app, Call& call);
void add_man(CLI::App& app, Call& call);

}  // namespace physgrad::driver
