// The bibliography knows where every entry of the catalogue comes from, and what is printed of it is BibTeX.
#include "physgrad/catalogue/references.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "built_in.hpp"
#include "physgrad/files/files.hpp"

namespace physgrad {
namespace {

std::vector<Reference> built_in_references() { return parse_references(embedded_references(), "docs/references.bib"); }

std::set<std::string> catalogue_entries() {
  std::set<std::string> entries;
  for (const std::string& name : built_in().problem_names()) entries.insert("problem/" + name);
  for (const std::string& name : built_in().method_names()) entries.insert("method/" + name);
  for (const Part& part : built_in().parts().parts())
    entries.insert(std::string(to_text(part.place)) + "/" + part.word);
  return entries;
}

std::string field(const Reference& reference, const std::string& name) {
  for (const std::string& each : reference.fields)
    if (each.starts_with(name + " = {")) return each.substr(name.size() + 4, each.size() - name.size() - 5);
  return {};
}

/// Whether braces close what they open, as BibTeX counts them: a backslash before one changes nothing.
bool balanced(const std::string& text) {
  int depth = 0;
  for (const char c : text)
    if ((depth += c == '{' ? 1 : c == '}' ? -1 : 0) < 0) return false;
  return depth == 0;
}

TEST(References, EveryEntryOfTheCatalogueHasOne) {
  const std::set<std::string> entries = catalogue_entries();
  std::set<std::string> known;
  for (const Reference& reference : built_in_references())
    for (const std::string& entry : reference.entries) {
      EXPECT_TRUE(entries.contains(entry)) << reference.key << " names '" << entry << "', which is no entry";
      known.insert(entry);
    }
  for (const std::string& entry : entries) EXPECT_TRUE(known.contains(entry)) << entry << " has no reference";
}

TEST(References, SayWhoWroteWhatAndWhen) {
  std::set<std::string> keys;
  for (const Reference& reference : built_in_references()) {
    EXPECT_TRUE(keys.insert(reference.key).second) << reference.key;
    for (const char* name : {"title", "author", "year"}) EXPECT_NE(field(reference, name), "") << reference.key << name;
    for (const std::string& each : reference.fields) EXPECT_TRUE(balanced(each)) << reference.key << ": " << each;
    EXPECT_EQ(field(reference, "year").size(), 4u) << reference.key;
  }
  EXPECT_TRUE(keys.contains(kSuiteKey));
}

TEST(References, OfWhatWasUsedEachIsPrintedOnce) {
  const std::string text = bibliography(built_in_references(), {{"problem/heat", ""}, {"method/pg", ""}}, "Version 1");
  EXPECT_TRUE(text.starts_with("@misc{physgrad-bench,\n")) << text;
  EXPECT_NE(text.find("note = {Version 1}"), std::string::npos) << text;
  EXPECT_NE(text.find("% problem/heat, method/pg\n@inproceedings{holl2022scale,"), std::string::npos) << text;
  EXPECT_EQ(std::ranges::count(text, '@'), 3) << text;  // the suite, the paper, and the rule of pg
  EXPECT_EQ(text.find("entries ="), std::string::npos) << text;
  EXPECT_TRUE(balanced(text));
}

TEST(References, WhatNobodyKnowsIsItsCitation) {
  const std::string nasty = "Who & Co., 100% \\{ \"x\"_1 }\n@misc{y} ~^$#";
  const std::string text = bibliography(
      built_in_references(), {{"method/mine", nasty}, {"method/m\nine@{", "a"}, {"method/m-ine--", "b"}}, "");
  EXPECT_NE(text.find("@misc{method/mine,\n  title = {method/mine},\n  key = {method/mine},\n  note = {Who \\& Co., "
                      "100\\% {\\textbackslash}"
                      "{\\textbraceleft} \"x\"\\_1 {\\textbraceright} @misc{\\textbraceleft}y{\\textbraceright} "
                      "{\\textasciitilde}{\\textasciicircum}\\$\\#}\n}\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("@misc{method/m-ine--,\n"), std::string::npos) << text;
  EXPECT_NE(text.find("@misc{method/m-ine--:2,\n"), std::string::npos) << text;
  EXPECT_TRUE(balanced(text)) << text;
}

TEST(References, AFileThatCannotBeReadNamesItsLine) {
  const std::map<std::string, std::string> wrong = {{"title = {x}\n", "mine.bib: line 1"},
                                                    {"@misc{a,\n  title\n}\n", "line 2"},
                                                    {"@misc{a,\n  title = {x},\n", "line 2"}};
  for (const auto& [text, part] : wrong) try {
      (void)parse_references(text, "mine.bib");
      ADD_FAILURE() << text;
    } catch (const ReadError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace physgrad
