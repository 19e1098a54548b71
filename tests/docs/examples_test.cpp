// The documents show the examples that the tests compile, letter by letter.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "built_in.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad::testing {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void expect_examples_shown(const std::string& kind) {
  const std::filesystem::path docs = std::filesystem::path(PHYSGRAD_SOURCE_DIR) / "docs";
  const std::string document = text_of(docs / ("add-a-" + kind + ".md"));
  int examples = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(docs / "examples" / kind)) {
    if (!entry.is_regular_file()) continue;
    const std::string language = entry.path().extension().string().substr(1);
    const std::string block = "```" + language + "\n" + text_of(entry.path()) + "```\n";
    EXPECT_NE(document.find(block), std::string::npos)
        << "docs/add-a-" << kind << ".md does not show " << entry.path().filename() << " as it is";
    ++examples;
  }
  EXPECT_GE(examples, 2);
}

TEST(Documents, ShowTheExampleProblemAsItIs) { expect_examples_shown("problem"); }
TEST(Documents, ShowTheExampleMethodsAsTheyAre) { expect_examples_shown("method"); }

TEST(Documents, ShowTheExamplePartsAsTheyAre) { expect_examples_shown("part"); }

TEST(Documents, NameEveryWordOfAComposition) {
  const std::string document = text_of(std::filesystem::path(PHYSGRAD_SOURCE_DIR) / "docs" / "add-a-method.md");
  for (const std::string& place : composition_places())
    for (const std::string& word : composition_words(built_in().parts(), place))
      EXPECT_NE(document.find("`" + word + "`"), std::string::npos) << place << " " << word;
}

}  // namespace
}  // namespace physgrad::testing
