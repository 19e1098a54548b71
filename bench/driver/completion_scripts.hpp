#pragma once
// Completions, one file per shell; what shell_completion() chooses from.
#include <string>

#include "description.hpp"

namespace physgrad::driver {

[[nodiscard]] std::string bash_completion(const ProgramDescription& program);
[[nodiscard]] std::string zsh_completion(const ProgramDescription& program);
[[nodiscard]] std::string fish_completion(const ProgramDescription& program);

/// A name for functions of a script that no other program's script has.
[[nodiscard]] std::string function_name(const ProgramDescription& program);

}  // namespace physgrad::driver
