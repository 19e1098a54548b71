// Completions for zsh.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion_scripts.hpp"

namespace physgrad::driver {
namespace {

/// Within single quotes of zsh.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

/// A text within zsh's specification of an option, where brackets and colons end things.
std::string zsh_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string zsh_value(const OptionDescription& option) {
  const std::string what = zsh_text(option.value);
  switch (option.kind) {
    case ValueKind::none:
      return "";
    case ValueKind::words:
      return fmt::format(":{}:({})", what, fmt::join(option.words, " "));
    case ValueKind::list:
      return fmt::format(":{}:_sequence compadd - {}", what, fmt::join(option.words, " "));
    case ValueKind::file:
      return fmt::format(":{}:_files", what);
    default:
      return fmt::format(":{}: ", what);
  }
}

std::string zsh_options(const std::vector<OptionDescription>& options, const char* indent) {
  std::string text;
  int positionals = 0;
  for (const OptionDescription& option : options) {
    if (option.positional) {
      const std::string place = option.repeated ? "*" : std::to_string(++positionals);
      text += fmt::format(" \\\n{}{}", indent, quoted(place + zsh_value(option)));
      continue;
    }
    for (const std::string& name : option.names) {
      const std::string also = option.repeated ? "*" : fmt::format("({})", fmt::join(option.names, " "));
      text += fmt::format(" \\\n{}{}", indent,
                          quoted(fmt::format("{}{}{}[{}]{}", also, name, option.kind == ValueKind::none ? "" : "=",
                                             zsh_text(option.text), zsh_value(option))));
    }
  }
  return text;
}

}  // namespace

std::string zsh_completion(const ProgramDescription& program) {
  const std::string function = function_name(program);
  std::string names, verbs;
  for (const VerbDescription& verb : program.verbs) {
    names += fmt::format("    {}\n", quoted(zsh_text(verb.name) + ":" + verb.text));
    verbs += fmt::format("        {}) _arguments -s{} ;;\n", verb.name, zsh_options(verb.options, "          "));
  }
  return fmt::format(R"(#compdef {0}
# zsh completion of {0}, made by `{0} completions zsh`
{1}() {{
  local curcontext=$curcontext state line
  local -a verbs
  verbs=(
{2}  )
  _arguments -C{3} \
    '1: :->verb' '*:: :->rest'
  case $state in
    verb) _describe -t commands command verbs ;;
    rest)
      case $words[1] in
{4}      esac ;;
  esac
}}
# Read by the completion system as the body of a function of the file's name, or sourced.
if [[ $funcstack[1] == _{0} ]]; then
  {1} "$@"
else
  compdef {1} {0}
fi
)",
                     program.name, function, names, zsh_options(program.options, "    "), verbs);
}

}  // namespace physgrad::driver
