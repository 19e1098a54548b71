// The settings in problems/*.json against the study that chose them.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/record/tuning_study.hpp"

namespace physgrad::testing {
namespace {

TEST(TunedSettings, AreExactlyWhatTheStudyChose) {
  const std::filesystem::path folder = std::filesystem::path(PHYSGRAD_SOURCE_DIR) / "results" / "tuning";
  if (study_files(folder).empty()) GTEST_SKIP() << "there is no study in results/tuning to compare with";
  const TuningStudy study = read_study(folder);
  std::map<std::string, std::map<std::string, double>> seconds;
  for (const StudiedPair& pair : study.pairs) {
    const ProblemFile file = problem_file(built_in(), pair.problem);
    const auto entry = file.methods.find(pair.method);
    ASSERT_NE(entry, file.methods.end()) << pair.problem << " " << pair.method << ": scripts/adopt-tuning";
    EXPECT_EQ(entry->second, pair.settings()) << pair.problem << " " << pair.method << ": scripts/adopt-tuning";
    seconds[pair.problem][pair.method] = pair.seconds;
    EXPECT_EQ(file.tuning.trials, static_cast<double>(study.header.trials)) << pair.problem;
  }
  for (const auto& [problem, of_methods] : seconds)
    EXPECT_EQ(problem_file(built_in(), problem).tuning.seconds, of_methods) << problem;
}

TEST(TunedSettings, EveryProblemSaysWhereItsSettingsComeFrom) {
  for (const std::string& problem : built_in().problem_names()) {
    const ProblemFile file = problem_file(built_in(), problem);
    EXPECT_FALSE(file.tuning.text.empty()) << problem;
    EXPECT_NE(problem_facts(built_in(), problem).sources.find(file.tuning.text), std::string::npos) << problem;
  }
}

}  // namespace
}  // namespace physgrad::testing
