// A study's lines: written, read, cut off and wrong.
#include "physgrad/record/tuning_study.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "physgrad/core/numbers.hpp"
#include "physgrad/files/files.hpp"

namespace physgrad::testing {
namespace {

StudyHeader header() {
  StudyHeader made;
  made.program = made.commit = "abc";
  made.seeds = {100, 101, 102};
  made.trials = 3;
  made.keep = 2;
  made.share = 0.25;
  return made;
}

StudiedPair pair_named(const std::string& method) {
  StudiedPair pair;
  pair.problem = "heat";
  pair.method = method;
  pair.budget_seconds = 1.8;
  pair.fixed = {{"rule", std::string("sgd")}};
  pair.searched = {{"rate", 0.025, 1}, {"schedule", kAbsent, kAbsent, {"constant", "cosine"}}};
  for (const double rate : {1.0, 0.16, 0.4})
    pair.trials.push_back({{"rate", rate}, {"schedule", std::string(rate < 0.3 ? "cosine" : "constant")}});
  pair.first = {kInfinity, 0.5, 1e-300};
  pair.second = {{2, {kInfinity, 1}}, {1, {0.25, 0.75}}};
  pair.failures = {{0, 100, "diverged: at \"once\""}};
  pair.seconds = 3.5;
  pair.processor_share = 0.99;
  pair.chosen = 1;
  return pair;
}

std::string text_of(const std::vector<std::string>& methods) {
  std::string text = study_line(header()) + "\n";
  for (const std::string& method : methods) text += pair_line(pair_named(method)) + "\n";
  return text;
}

TEST(TuningStudy, IsReadAsItWasWritten) {
  const TuningStudy study = parse_study(text_of({"hig", "gn"}), "s");
  EXPECT_EQ(study_line(study.header), study_line(header()));
  ASSERT_EQ(study.pairs.size(), 2u);
  const StudiedPair& read = study.pairs.front();
  EXPECT_EQ(pair_line(read), pair_line(pair_named("hig")));
  EXPECT_EQ(read.trials, pair_named("hig").trials);
  EXPECT_TRUE(std::isinf(read.first[0]));
  EXPECT_EQ(read.tuned_loss(), 0.5);
  EXPECT_EQ(read.settings(),
            (SettingMap{{"rule", std::string("sgd")}, {"rate", 0.16}, {"schedule", std::string("cosine")}}));
}

TEST(TuningStudy, ALastLineThatWasCutOffIsLeftOut) {
  const std::string text = text_of({"hig", "gn"});
  for (const std::size_t less : {1u, 10u, 200u})
    EXPECT_EQ(parse_study(text.substr(0, text.size() - less), "s").pairs.size(), 1u) << less;
}

TEST(TuningStudy, WhatIsNoStudyIsRefused) {
  const auto refused = [](const std::string& text, const std::string& words) {
    try {
      (void)parse_study(text, "s");
      ADD_FAILURE() << words << ": no error";
    } catch (const ReadError& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
    }
  };
  refused("", "is no study");
  refused(pair_line(pair_named("gn")) + "\n", "s:1");
  refused(text_of({"gn", "gn"}), "stands there twice");
  const std::string good = text_of({"gn"});
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  refused(changed("\"chosen\":1", "\"chosen\":3"), "names trial 3; there are 3");
  refused(changed("\"rate\":[0.025,1]", "\"rate\":[0.025]"), "two ends of a range");
  refused(changed("[null,0.5,1e-300]", "[null,0.5]"), "expected 2 values, one a trial");
  refused(changed("\"schema_version\":1", "\"schema_version\":9"), "newer program");
}

TEST(TuningStudy, FilesOfOneFolderAreOneStudy) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "physgrad-study-files";
  std::filesystem::remove_all(folder);
  EXPECT_THROW((void)read_study(folder), ReadError);
  std::filesystem::create_directories(folder);
  EXPECT_THROW((void)read_study(folder), ReadError);
  write_text_file(folder / "a.jsonl", text_of({"hig"}));
  write_text_file(folder / "b.jsonl", text_of({"gn"}));
  EXPECT_EQ(read_study(folder).pairs.size(), 2u);
  write_text_file(folder / "b.jsonl", text_of({"hig"}));
  EXPECT_THROW((void)read_study(folder), ReadError);
  StudyHeader other = header();
  other.share = 0.5;
  write_text_file(folder / "b.jsonl", study_line(other) + "\n" + pair_line(pair_named("gn")) + "\n");
  EXPECT_THROW((void)read_study(folder), ReadError);
  std::filesystem::remove_all(folder);
}

TEST(TuningStudy, WhatDiffersBetweenTwoHeadersIsNamed) {
  StudyHeader other = header();
  other.command = {"another"};
  EXPECT_EQ(study_difference(header(), other), "");
  other.trials = 12;
  EXPECT_EQ(study_difference(header(), other), "trials 3, now 12");
}

}  // namespace
}  // namespace physgrad::testing
