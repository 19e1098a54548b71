#include "description.hpp"

#include <algorithm>
#include <string_view>

#include "physgrad/measure/environment.hpp"

namespace physgrad::driver {
namespace {

bool one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> with_all(std::vector<std::string> names) {
  names.emplace_back("all");
  return names;
}

/// What may follow, from the option's name, its type in the help, and its text.
void describe_value(OptionDescription& option, const Catalogue& catalogue) {
  const std::string& name = option.names.back();
  const bool everything = option.text.find("or all") != std::string::npos;
  if (name == "--problem" || name == "--method") {
    std::vector<std::string> names = name == "--problem" ? catalogue.problem_names() : catalogue.method_names();
    option.kind = option.repeated ? ValueKind::list : ValueKind::words;
    option.words = everything ? with_all(std::move(names)) : std::move(names);
  } else if (option.value == "NUMBER" || option.value == "WHOLE") {
    option.kind = ValueKind::number;
  } else if (option.words = listed_words(option.text); !option.words.empty()) {
    option.kind = ValueKind::words;
  } else {
    const bool text = one_of(name, {"--set", "--sweep", "--seed", "--seeds", "--memory-limit"});
    option.kind = text ? ValueKind::text : ValueKind::file;
  }
}

OptionDescription describe_option(const CLI::Option& option, const Catalogue& catalogue) {
  OptionDescription result;
  result.positional = option.get_positional();
  for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  if (result.positional) result.names = {option.get_name()};
  result.text = option.get_description();
  result.required = option.get_required();
  result.repeated = option.get_expected_max() > 1;
  if (option.get_items_expected_max() == 0) return result;
  result.value = option.get_type_name();
  describe_value(result, catalogue);
  return result;
}

std::vector<OptionDescription> describe_options(const CLI::App& app, const Catalogue& catalogue) {
  std::vector<OptionDescription> result;
  for (const CLI::Option* option : app.get_options())
    if (!option->get_group().empty()) result.push_back(describe_option(*option, catalogue));
  return result;
}

bool is_word(std::string_view text) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, good);
}

std::string without_brackets(const std::string& text) {
  std::string result;
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : 0;
    if (depth == 0) result += c;
    depth -= c == ')' && depth > 0 ? 1 : 0;
  }
  return result;
}

}  // namespace

std::vector<std::string> listed_words(const std::string& text) {
  const std::string plain = without_brackets(text.substr(0, text.find(';')));
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= plain.size();) {
    const std::size_t comma = std::min(plain.find(',', begin), plain.size());
    std::string word = plain.substr(begin, comma - begin);
    word.erase(0, word.find_first_not_of(' '));
    if (word.starts_with("or ")) word.erase(0, 3);
    if (const auto last = word.find_last_not_of(' '); last != std::string::npos) word.erase(last + 1);
    if (!is_word(word)) return {};
    words.push_back(word);
    begin = comma + 1;
  }
  return words.size() > 1 ? words : std::vector<std::string>{};
}

ProgramDescription describe(const CLI::App& app, const Catalogue& catalogue) {
  ProgramDescription result{
      app.get_name(), app.get_description(), build_facts().version, describe_options(app, catalogue), {}};
  for (const CLI::App* verb : app.get_subcommands(nullptr))
    if (!verb->get_group().empty())
      result.verbs.push_back(
          {verb->get_name(), verb->get_description(), verb->get_footer(), describe_options(*verb, catalogue)});
  return result;
}

}  // namespace physgrad::driver
