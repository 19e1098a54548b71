#pragma once
// The command line as data, read off the parser: what completions and the manual page are made from.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "physgrad/catalogue/catalogue.hpp"

namespace physgrad::driver {

/// What may follow an option.
enum class ValueKind { none, words, list, number, file, text };

struct OptionDescription {
  std::vector<std::string> names;  ///< "-h", "--help"; of a positional its name alone
  std::string text;
  std::string value;  ///< what the help calls the value
  ValueKind kind = ValueKind::none;
  std::vector<std::string> words;  ///< of kind words, one of them, and of kind list, several with commas between
  bool positional = false, required = false, repeated = false;
};

struct VerbDescription {
  std::string name, text;
  std::string footer;  ///< what the help ends with: notes and examples
  std::vector<OptionDescription> options;
};

struct ProgramDescription {
  std::string name, text, version;
  std::vector<OptionDescription> options;  ///< without a verb
  std::vector<VerbDescription> verbs;
};

/// Of everything that the help shows. The words of an option are the names of the catalogue or, where its text is a
/// list ("text, md, csv (default text)"), what the text lists.
[[nodiscard]] ProgramDescription describe(const CLI::App& app, const Catalogue& catalogue);

/// The words that a text lists before a ';', without what stands in brackets; none where it is no list of words.
[[nodiscard]] std::vector<std::string> listed_words(const std::string& text);

}  // namespace physgrad::driver
