#include "manual_page.hpp"

#include <fmt/format.h>

#include <sstream>

namespace physgrad::driver {
namespace {

/// Text as roff shows it: no escapes, real hyphens and quotes, no line that begins with a control character.
std::string roff(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool begins = result.empty() || result.back() == '\n';
    if (begins && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if (c == '\'')
      result += "\\(aq";
    else if (c == '`')
      result += "\\(ga";
    else if (c == '~')
      result += "\\(ti";
    else if (c == '^')
      result += "\\(ha";
    else
      result += c;
  }
  return result;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string option_text(const OptionDescription& option) {
  std::string names;
  for (const std::string& name : option.names)
    names += fmt::format("{}\\fB{}\\fR", names.empty() ? "" : ", ", roff(name));
  if (!option.value.empty() && !option.positional) names += fmt::format(" \\fI{}\\fR", roff(option.value));
  if (option.repeated) names += " ...";
  const std::string required = option.required ? " (required)" : "";
  return fmt::format(".TP\n{}\n{}{}\n", names, roff(option.text), required);
}

/// Lines as they are.
std::string as_typed(const std::string& text) {
  return text.empty() ? "" : fmt::format(".PP\n.nf\n{}\n.fi\n", roff(text));
}

/// "Benchmarks of ..: ..", the first line of the program's text.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::string manual_page(const ProgramDescription& program) {
  const std::string name = roff(program.name), summary = first_line(program.text);
  std::string text =
      fmt::format(".TH {} 1 \"\" \"{} {}\" \"User Commands\"\n", upper(name), name, roff(program.version));
  text += fmt::format(".SH NAME\n{} \\- {}\n", name, roff(summary.substr(0, summary.find_last_not_of('.') + 1)));
  text += fmt::format(".SH SYNOPSIS\n\\fB{}\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]...\n", name);
  if (program.text.size() > summary.size())
    text += ".SH DESCRIPTION\n" + roff(summary) + "\n" + as_typed(program.text.substr(summary.size() + 1));
  text += ".SH OPTIONS\n";
  for (const OptionDescription& option : program.options) text += option_text(option);
  text += ".SH COMMANDS\n";
  for (const VerbDescription& verb : program.verbs) {
    text += fmt::format(".SS {}\n{}.\n", roff(verb.name), roff(verb.text));
    for (const OptionDescription& option : verb.options) text += option_text(option);
    text += as_typed(verb.footer);
  }
  return text +
         ".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\nfailure while working\n.TP\n2\nwrong usage or unreadable input\n.TP\n"
         "128 + \\fIN\\fR\ninterrupted by signal \\fIN\\fR\n";
}

}  // namespace physgrad::driver
