#pragma once
// The verbs of the command line. Each adds its subcommand and, when chosen, stores the exit code of its work.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace physgrad::driver {

inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;

void add_cell(CLI::App& app, int& exit_code);
void add_list(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code, const std::vector<std::string>& command);
void add_tune(CLI::App& app, int& exit_code, const std::vector<std::string>& command);
void add_table(CLI::App& app, int& exit_code);
void add_claims(CLI::App& app, int& exit_code, const std::vector<std::string>& command);
void add_inspect(CLI::App& app, int& exit_code);

}  // namespace physgrad::driver
