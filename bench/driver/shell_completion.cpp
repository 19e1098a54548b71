#include "shell_completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "physgrad/core/settings.hpp"

namespace physgrad::driver {
namespace {

/// A name of a function of the program's own.
std::string function_name(const ProgramDescription& program) {
  std::string result = "_";
  for (const char c : program.name)
    result += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  return result;
}

/// Within single quotes of bash and zsh.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

/// Within single quotes of fish, where only the backslash and the quote are special.
std::string fish_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return result + "'";
}

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

/// What fish offers as values; nothing where it is files or nothing that can be listed.
std::string fish_words(const OptionDescription& option) {
  if (option.kind == ValueKind::words) return fmt::format(" -a '{}'", fmt::join(option.words, " "));
  if (option.kind == ValueKind::list) return fmt::format(" -a '(__fish_append , {})'", fmt::join(option.words, " "));
  return {};
}

/// A line for the values of an option before the one with its text, which would otherwise be that of every value too.
std::string fish_options(const std::string& begin, const std::vector<OptionDescription>& options) {
  std::string text;
  for (const OptionDescription& option : options) {
    std::string line = begin;
    if (!option.positional)
      for (const std::string& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.kind == ValueKind::file)
      line += " -r -F";
    else if (option.kind != ValueKind::none && !option.positional)
      line += " -x";
    if (const std::string words = fish_words(option); !words.empty()) text += line + words + "\n";
    if (!option.positional) text += fmt::format("{} -d {}\n", line, fish_quoted(option.text));
  }
  return text;
}

std::string fish_completion(const ProgramDescription& program) {
  std::string text =
      fmt::format("# fish completion of {0}, made by `{0} completions fish`\ncomplete -c {0} -f\n", program.name);
  text += fish_options(fmt::format("complete -c {} -n __fish_use_subcommand", program.name), program.options);
  for (const VerbDescription& verb : program.verbs) {
    text += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d {}\n", program.name, verb.name,
                        fish_quoted(verb.text));
    text += fish_options(fmt::format("complete -c {} -n '__fish_seen_subcommand_from {}'", program.name, verb.name),
                         verb.options);
  }
  return text;
}

using ScriptMaker = std::string (*)(const ProgramDescription&);
constexpr std::pair<const char*, ScriptMaker> kShells[] = {
    {"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};

}  // namespace

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
