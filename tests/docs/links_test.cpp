// The documents lead where they say: relative links and anchors exist, and commands are of verbs and options that the
// program has.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "driver/driver_process.hpp"

namespace physgrad::testing {
namespace {

const std::filesystem::path kTree = PHYSGRAD_SOURCE_DIR;

std::vector<std::filesystem::path> all_documents() {
  std::vector<std::filesystem::path> result = {kTree / "results" / "README.md"};
  for (const auto& folder : {kTree, kTree / "docs"})
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".md") result.push_back(entry.path());
  return result;
}

/// Calls `use` for every line, with whether it stands in a block of code.
void for_lines(const std::filesystem::path& document, const std::function<void(const std::string&, bool)>& use) {
  std::istringstream text(file_text(document));
  bool code = false;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("```"))
      code = !code;
    else
      use(line, code);
  }
}

/// A heading's anchor: lower case, words joined by hyphens, no other signs.
std::string anchor_of(const std::string& heading) {
  std::string result;
  for (const char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-')
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (c == ' ')
      result += '-';
  }
  return result;
}

std::set<std::string> anchors(const std::filesystem::path& document) {
  std::set<std::string> result;
  for_lines(document, [&](const std::string& line, bool code) {
    const std::size_t level = std::min(line.find_first_not_of('#'), line.size());
    if (!code && level > 0 && level < line.size() && line[level] == ' ')
      result.insert(anchor_of(line.substr(level + 1)));
  });
  return result;
}

std::vector<std::string> found(const std::string& line, const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> result;
  for (std::sregex_iterator each(line.begin(), line.end(), regex), end; each != end; ++each)
    result.push_back((*each)[1].str());
  return result;
}

TEST(Documents, LinksLeadToFilesAndHeadings) {
  int links = 0;
  for (const auto& document : all_documents())
    for_lines(document, [&](const std::string& line, bool code) {
      if (code) return;
      for (const std::string& link : found(line, R"(\]\(([^) ]+)\))")) {
        if (link.starts_with("https://") || link.starts_with("http://")) continue;
        ++links;
        const std::size_t hash = std::min(link.find('#'), link.size());
        const auto target = hash == 0 ? document : document.parent_path() / link.substr(0, hash);
        EXPECT_TRUE(std::filesystem::exists(target)) << document << ": " << link;
        const bool heading = hash == link.size() || anchors(target).contains(link.substr(hash + 1));
        EXPECT_TRUE(heading) << document << ": " << link;
      }
    });
  EXPECT_GE(links, 30);
}

class DocumentedCommands : public DriverProcess {
 protected:
  /// The help of a verb; empty where there is no such verb.
  const std::string& help(const std::string& verb) {
    const auto [place, is_new] = helps_.try_emplace(verb);
    if (is_new) {
      const Outcome outcome = driver(verb + " --help");
      if (outcome.code == 0) place->second = outcome.out;
    }
    return place->second;
  }

  /// `command` begins with the verb.
  void expect_known(const std::string& command, const std::string& where) {
    std::istringstream words(command);
    std::string verb, word, last;
    words >> verb;
    ASSERT_NE(help(verb), "") << where << ": no such verb: " << command;
    const std::string offered = " " + help(verb) + " ";
    const auto offers = [&](const std::string& text) {
      return std::regex_search(offered, std::regex("[ ,]" + text + "[ ,{=\n]"));
    };
    while (words >> word) {
      const bool option = word.starts_with("--");
      const bool known = (!option || offers(word.substr(0, word.find('=')))) && (last != "--kind" || offers(word));
      EXPECT_TRUE(known) << where << ": " << word << " of " << command;
      last = word;
    }
  }

 private:
  std::map<std::string, std::string> helps_;
};

TEST_F(DocumentedCommands, AreOfVerbsAndOptionsThatTheProgramHas) {
  int commands = 0;
  for (const auto& document : all_documents())
    for_lines(document, [&](const std::string& line, bool code) {
      // In a block up to a pipe, a redirection or a comment; elsewhere what is marked as code and begins so, and marks.
      const bool mark = line.starts_with("<!-- ");
      const std::string end = code || mark ? R"([^|#>&]*)" : "[^`|>]*";
      const std::string begin = code || mark ? "(?:^|[ /(])" : "`(?:build/release/)?";
      for (std::string command : found(line, begin + "physgrad-bench ([a-z]" + end + ")")) {
        if (mark && command.ends_with(" --")) command.resize(command.size() - 3);  // of the mark's end
        ++commands;
        expect_known(command, document.filename());
      }
    });
  EXPECT_GE(commands, 40);
}

}  // namespace
}  // namespace physgrad::testing
