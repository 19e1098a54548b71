#include "physgrad/catalogue/references.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "physgrad/files/files.hpp"

namespace physgrad {
namespace {

/// Blanks and the comma between fields.
std::string trimmed_field(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  const auto last = line.find_last_not_of(" \t\r,");
  return first == std::string_view::npos || last == std::string_view::npos || last < first
             ? std::string()
             : std::string(line.substr(first, last + 1 - first));
}

/// The words in `entries = {..}`; none for another field.
std::vector<std::string> listed_entries(const std::string& field) {
  if (!field.starts_with("entries = {") || !field.ends_with("}")) return {};
  std::istringstream words(field.substr(field.find('{') + 1, field.size() - field.find('{') - 2));
  std::vector<std::string> result;
  for (std::string word; words >> word;) result.push_back(word);
  return result;
}

/// Text of others between the braces of a field: nothing in it is a command, and no brace is unbalanced.
std::string as_bibtex(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "{\\textbackslash}";
    else if (c == '{' || c == '}')
      result += c == '{' ? "{\\textbraceleft}" : "{\\textbraceright}";
    else if (c == '~' || c == '^')
      result += c == '~' ? "{\\textasciitilde}" : "{\\textasciicircum}";
    else if (c == '$' || c == '&' || c == '#' || c == '_' || c == '%')
      result += {'\\', c};
    else
      result += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? ' ' : c;
  }
  return result;
}

/// A name as a key or within a line outside of entries, where '@' would begin one.
std::string as_key(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    result += plain || c == '/' || c == '_' || c == ':' || c == '=' || c == '.' ? c : '-';
  }
  return result;
}

std::string entry_text(const Reference& reference, const std::vector<std::string>& used_by) {
  std::string text;
  if (!used_by.empty()) text = fmt::format("% {}\n", fmt::join(used_by, ", "));
  return text +
         fmt::format("@{}{{{},\n  {}\n}}\n", reference.type, reference.key, fmt::join(reference.fields, ",\n  "));
}

Reference own_reference(const Used& used, std::set<std::string>& keys) {
  const std::string name = as_key(used.entry);
  std::string key = name;
  for (int number = 2; !keys.insert(key).second; ++number) key = fmt::format("{}:{}", name, number);
  return {"misc",
          key,
          {fmt::format("title = {{{}}}", as_bibtex(used.entry)),
           fmt::format("key = {{{}}}", as_bibtex(used.entry)),  // without an author styles sort by it
           fmt::format("note = {{{}}}", as_bibtex(used.citation))},
          {}};
}

}  // namespace

std::vector<Reference> parse_references(std::string_view text, const std::string& source) {
  std::vector<Reference> references;
  std::istringstream lines{std::string(text)};
  bool inside = false;
  int number = 0;
  const auto refuse = [&](const char* expected) {
    throw ReadError(fmt::format("{}: line {}: expected {}", source, number, expected));
  };
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string field = trimmed_field(line);
    if (!inside && (field.empty() || field.starts_with('%'))) continue;
    if (!inside) {
      const auto brace = field.find('{');
      if (!field.starts_with('@') || brace == std::string::npos || brace + 1 == field.size()) refuse("'@TYPE{KEY,'");
      references.push_back({field.substr(1, brace - 1), field.substr(brace + 1), {}, {}});
      inside = true;
    } else if (field == "}") {
      inside = false;
    } else if (field.find(" = {") == std::string::npos || !field.ends_with('}')) {
      refuse("'FIELD = {TEXT}' or '}'");
    } else if (auto entries = listed_entries(field); !entries.empty()) {
      references.back().entries = std::move(entries);
    } else {
      references.back().fields.push_back(field);
    }
  }
  if (inside) refuse("'}' at the end of the last entry");
  return references;
}

std::string bibliography(const std::vector<Reference>& references, const std::vector<Used>& used,
                         const std::string& version) {
  std::string text, own;
  std::set<std::string> keys, known;
  for (const Reference& each : references) {
    keys.insert(each.key);
    known.insert(each.entries.begin(), each.entries.end());
  }
  for (const Reference& each : references) {
    std::vector<std::string> used_by;
    for (const Used& one : used)
      if (std::ranges::find(each.entries, one.entry) != each.entries.end()) used_by.push_back(as_key(one.entry));
    Reference shown = each;
    const bool suite = each.key == kSuiteKey;
    if (suite) shown.fields.push_back(fmt::format("note = {{{}}}", as_bibtex(version)));
    if (suite || !used_by.empty()) text += (text.empty() ? "" : "\n") + entry_text(shown, used_by);
  }
  for (const Used& one : used)
    if (!known.contains(one.entry)) own += "\n" + entry_text(own_reference(one, keys), {});
  return text + own;
}

}  // namespace physgrad
