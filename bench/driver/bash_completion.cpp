// Completions for bash.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion_scripts.hpp"

namespace physgrad::driver {
namespace {

std::string options_of(const std::vector<OptionDescription>& options) {
  std::vector<std::string> names;
  for (const OptionDescription& option : options)
    if (!option.positional) names.insert(names.end(), option.names.begin(), option.names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

/// What bash offers after an option; `bash_words` and `bash_list` are functions of the script.
std::string bash_value(const OptionDescription& option, const std::string& function) {
  switch (option.kind) {
    case ValueKind::words:
      return fmt::format("{}_words '{}'", function, fmt::join(option.words, " "));
    case ValueKind::list:
      return fmt::format("{}_list '{}'", function, fmt::join(option.words, " "));
    case ValueKind::file:
      return "compopt -o default 2>/dev/null";
    default:
      return ":";
  }
}

std::string bash_verb(const VerbDescription& verb, const std::string& function) {
  std::string text, otherwise = ":";
  for (const OptionDescription& option : verb.options) {
    if (option.kind == ValueKind::none) continue;
    if (option.positional)
      otherwise = otherwise == ":" ? bash_value(option, function) : otherwise;
    else
      text += fmt::format("        {}) {}; return ;;\n", fmt::join(option.names, "|"), bash_value(option, function));
  }
  return fmt::format(
      "    {})\n      case $before in\n{}      esac\n      if [[ $word == -* ]]; then {}_words '{}'; else {}; fi ;;\n",
      verb.name, text, function, options_of(verb.options), otherwise);
}

}  // namespace

std::string bash_completion(const ProgramDescription& program) {
  const std::string function = function_name(program);
  std::vector<std::string> names;
  std::string verbs;
  for (const VerbDescription& verb : program.verbs) {
    names.push_back(verb.name);
    verbs += bash_verb(verb, function);
  }
  return fmt::format(R"(# bash completion of {0}, made by `{0} completions bash`
{1}_words() {{
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$word")
}}
# Several with commas between.
{1}_list() {{
  local head=''
  [[ $word != *,* ]] || head=${{word%,*}},
  mapfile -t COMPREPLY < <(compgen -P "$head" -W "$1" -- "${{word##*,}}")
}}
{1}() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} verb='' i
  COMPREPLY=()
  # bash may take --option=value for three words.
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' ]] && ((COMP_CWORD > 1)); then
    before=${{COMP_WORDS[COMP_CWORD - 2]}}
  fi
  for ((i = 1; i < COMP_CWORD; ++i)); do
    if [[ ${{COMP_WORDS[i]}} != -* ]]; then
      verb=${{COMP_WORDS[i]}}
      break
    fi
  done
  case $verb in
    '') {1}_words '{2} {3}' ;;
{4}  esac
}}
complete -F {1} {0}
)",
                     program.name, function, fmt::join(names, " "), options_of(program.options), verbs);
}

}  // namespace physgrad::driver
