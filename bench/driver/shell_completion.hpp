#pragma once
// Scripts by which shells complete a program's verbs, options and values.
#include <string>
#include <vector>

#include "description.hpp"

namespace physgrad::driver {

/// bash, zsh, fish.
[[nodiscard]] const std::vector<std::string>& completion_shells();
/// The script, to be read by the shell or put where it looks for the program's. Throws UsageError for another shell.
[[nodiscard]] std::string shell_completion(const std::string& shell, const ProgramDescription& program);

}  // namespace physgrad::driver
