// Completions for fish.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion_scripts.hpp"

namespace physgrad::driver {
namespace {

/// Within single quotes of fish, where only the backslash and the quote are special.
std::string fish_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return result + "'";
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

}  // namespace

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

}  // namespace physgrad::driver
