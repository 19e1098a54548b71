#include "shell_completion.hpp"

#include <utility>

#include "completion_scripts.hpp"
#include "physgrad/core/settings.hpp"

namespace physgrad::driver {
namespace {

using ScriptMaker = std::string (*)(const ProgramDescription&);
constexpr std::pair<const char*, ScriptMaker> kShells[] = {
    {"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};

}  // namespace

std::string function_name(const ProgramDescription& program) {
  std::string result = "_";
  for (const char c : program.name)
    result += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  return result;
}

const std::vector<std::string>& completion_shells() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const auto& [name, maker] : kShells) result.emplace_back(name);
    return result;
  }();
  return names;
}

std::string shell_completion(const std::string& shell, const ProgramDescription& program) {
  for (const auto& [name, maker] : kShells)
    if (shell == name) return maker(program);
  throw UsageError(unknown_name_message("shell", shell, completion_shells()));
}

}  // namespace physgrad::driver
