// What other programs take from this one: references, completions of shells, the manual page.
#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "built_in.hpp"
#include "driver/driver_process.hpp"
#include "physgrad/tables/tables.hpp"

namespace physgrad {
namespace {

using testing::Outcome;

class Cite : public testing::DriverProcess {};
class Completions : public testing::DriverProcess {
 protected:
  /// What bash offers for the last of the words, which stand in quotes.
  [[nodiscard]] std::string offered(const std::string& words) const {
    EXPECT_EQ(driver("completions bash > script").code, 0);
    write("try", "source ./script\nCOMP_WORDS=(physgrad-bench " + words +
                     ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_physgrad_bench\necho \"${COMPREPLY[*]}\" > offered\n");
    EXPECT_EQ(std::system(("cd '" + folder_.string() + "' && bash --norc try").c_str()), 0);
    const std::string text = testing::file_text(folder_ / "offered");
    return text.substr(0, text.find('\n'));
  }
};
class ManualPage : public testing::DriverProcess {};

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(Cite, TheSuiteAloneAndWhatToAdd) {
  const Outcome outcome = driver("cite");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_TRUE(outcome.out.starts_with("@misc{physgrad-bench,")) << outcome.out;
  EXPECT_EQ(std::ranges::count(outcome.out, '@'), 1) << outcome.out;
  EXPECT_TRUE(says(outcome.err, "--from RUN")) << outcome.err;
}

TEST_F(Cite, WhatAReportUsed) {
  ASSERT_EQ(driver("run --problem quadratic --method gn,compose:rule=lion --seeds 1 --steps 1 --quiet --out x").code,
            2);
  ASSERT_EQ(driver("run --problem quadratic --method gn,compose:rule=muon,search=backtracking --seeds 1 --steps 1 "
                   "--set gn.rule=adam --quiet --out x")
                .code,
            0);
  const Outcome all = driver("cite --from x");
  EXPECT_EQ(all.code, 0) << all.err;
  for (const char* key : {"thuerey2021physics", "gauss1809theoria", "jordan2024muon", "armijo1966minimization"})
    EXPECT_TRUE(says(all.out, std::string("{") + key + ",")) << key << "\n" << all.out;
  EXPECT_TRUE(says(all.out, "% rule/adam\n@inproceedings{kingma2015adam,")) << all.out;
  const Outcome one = driver("cite --from x --method gn");
  EXPECT_TRUE(says(one.out, "gauss1809theoria")) << one.out;
  EXPECT_FALSE(says(one.out, "jordan2024muon")) << one.out;
}

TEST_F(Cite, NamesAndPatternsOfTheCatalogue) {
  const Outcome outcome = driver("cite --problem 'h*' --method 'dp-s*'");
  EXPECT_EQ(outcome.code, 0);
  for (const char* key : {"holl2022scale", "robbins1951stochastic", "vyas2025soap"})
    EXPECT_TRUE(says(outcome.out, key)) << outcome.out;
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Cite, WrongInputIsOneLine) {
  for (const char* arguments : {"cite --problem haet", "cite --method hgi", "cite --seed 3", "cite --from nowhere"}) {
    const Outcome outcome = driver(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_EQ(outcome.out, "") << arguments;
  }
}

TEST_F(Completions, BashOffersVerbsOptionsAndValues) {
  EXPECT_EQ(offered("ta"), "table");
  EXPECT_EQ(offered("table --fo"), "--format");
  EXPECT_EQ(offered("table --format ''"), "text md csv latex json");
  EXPECT_EQ(offered("table --kind = ver"), "verdicts");
  EXPECT_EQ(offered("run --problem he"), "heat");
  EXPECT_EQ(offered("run --method pg,dp-adam"), "pg,dp-adam pg,dp-adamw");
  EXPECT_EQ(offered("run --profile ''"), "quick standard paper");
  EXPECT_EQ(offered("list pa"), "pairs parts");
  EXPECT_EQ(offered("run --budget ''"), "");
}

TEST_F(Completions, EveryShellIsOfferedEveryWord) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = driver(std::string("completions ") + shell);
    EXPECT_EQ(outcome.code, 0);
    std::vector<std::string> words = table_kinds();
    for (const auto& names : {built_in().problem_names(), built_in().method_names()})
      words.insert(words.end(), names.begin(), names.end());
    for (const std::string& word : words) EXPECT_TRUE(says(outcome.out, word)) << shell << " " << word;
  }
  const Outcome wrong = driver("completions bsh");
  EXPECT_EQ(wrong.code, 2);
  EXPECT_TRUE(says(wrong.err, "did you mean 'bash'")) << wrong.err;
}

TEST_F(Completions, AProgramOfAnotherNameHasItsOwn) {
  std::filesystem::create_symlink(PHYSGRAD_DRIVER, folder_ / "my-bench");
  ASSERT_EQ(std::system(("cd '" + folder_.string() + "' && ./my-bench completions bash > script").c_str()), 0);
  const std::string script = testing::file_text(folder_ / "script");
  EXPECT_TRUE(says(script, "complete -F _my_bench my-bench")) << script;
  EXPECT_FALSE(says(script, "physgrad-bench")) << script;
}

TEST_F(ManualPage, HasEveryVerbWithEveryOption) {
  const Outcome page = driver("man");
  EXPECT_EQ(page.code, 0);
  EXPECT_TRUE(page.out.starts_with(".TH PHYSGRAD\\-BENCH 1 ")) << page.out.substr(0, 80);
  const Outcome help = driver("--help");
  std::istringstream verbs(help.out.substr(help.out.find("Subcommands:")));
  std::string line;
  std::getline(verbs, line);
  int count = 0;
  for (std::string verb; std::getline(verbs, line) && std::istringstream(line) >> verb; ++count) {
    EXPECT_TRUE(says(page.out, ".SS " + verb + "\n")) << verb;
    std::istringstream lines(driver(verb + " --help").out);
    while (std::getline(lines, line)) {
      if (!line.starts_with("  --")) continue;
      std::string option = "\\fB";
      for (const char c : line.substr(2, line.find_first_of("{ ,", 2) - 2))
        option += c == '-' ? "\\-" : std::string(1, c);
      EXPECT_TRUE(says(page.out, option + "\\fR")) << verb << " " << line;
    }
  }
  EXPECT_GE(count, 9);
}

}  // namespace
}  // namespace physgrad
