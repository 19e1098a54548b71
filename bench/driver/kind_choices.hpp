#pragma once
// What some kinds of tables and pictures can be asked for (tables/kind_options.hpp), as options.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace physgrad::driver {

/// --budgets, of the kind budgets.
void add_budgets(CLI::App& verb, std::vector<double>& budgets);
/// --group, of performance profiles, which `kind` names.
void add_group(CLI::App& verb, std::string& group, const std::string& kind);

}  // namespace physgrad::driver
