// `tune --study` as a process: what it leaves, what it goes on with, what it refuses; and what reads it.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "driver/driver_process.hpp"
#include "physgrad/core/numbers.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/record/tuning_study.hpp"

namespace physgrad {
namespace {

using testing::Outcome;

const std::string kSmallStudy =
    "tune --problem quadratic --method dp-adam,dp-rmsprop,gn --steps 8 --trials 6 --keep 2 --quiet ";

class TuneStudy : public testing::DriverProcess {
 protected:
  [[nodiscard]] TuningStudy study(const std::string& folder) const { return read_study(folder_ / folder); }
  [[nodiscard]] std::string text_of(const std::string& name) const { return testing::file_text(folder_ / name); }
  void expect_refused(const std::string& command, const std::string& words) const {
    const Outcome outcome = driver(command);
    EXPECT_EQ(outcome.code, 2) << command << outcome.out;
    EXPECT_NE(outcome.err.find(words), std::string::npos) << command << ": " << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  }
};

/// Without what no two runs have in common.
std::string timeless_pair(StudiedPair pair) {
  pair.seconds = 0;
  pair.processor_share = 1;
  return pair_line(pair);
}

TEST_F(TuneStudy, BothRungsAreRecordedAndTheSmallestMedianIsChosen) {
  ASSERT_EQ(driver(kSmallStudy + "--study s").code, 0);
  const TuningStudy found = study("s");
  EXPECT_EQ(found.header.seeds, (std::vector<std::uint64_t>{100, 101, 102}));
  EXPECT_EQ(found.header.share, 0.25);
  ASSERT_EQ(found.pairs.size(), 3u);
  for (const StudiedPair& pair : found.pairs) {
    ASSERT_EQ(pair.first.size(),
              pair.method == "gn" ? 6u : 5u);  // where the first point is the default, it is left out
    EXPECT_EQ(pair.steps, 8);
    ASSERT_EQ(pair.second.size(), 2u) << pair.method;
    std::vector<double> sorted = pair.first;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(pair.first[static_cast<std::size_t>(pair.second[i].trial)], sorted[i]) << pair.method;
      EXPECT_EQ(pair.second[i].losses.size(), 2u);
      EXPECT_LE(pair.tuned_loss(), pair.second[i].median()) << pair.method;
    }
    EXPECT_TRUE(std::isfinite(pair.tuned_loss()));
    EXPECT_GT(pair.seconds, 0);
  }
  // Equal points, whatever the method.
  for (std::size_t i = 0; i < 5; ++i)
    for (const char* key : {"rate", "schedule"})
      EXPECT_EQ(found.pairs[0].trials[i].at(key), found.pairs[1].trials[i].at(key)) << i << key;
}

TEST_F(TuneStudy, ALossIsThatOfARunWithTheSameSettings) {
  ASSERT_EQ(driver("tune --problem quadratic --method dp-adam --steps 8 --trials 3 --keep 1 --quiet --study s").code,
            0);
  const StudiedPair pair = study("s").pairs.at(0);
  std::string sets;
  for (const auto& [key, value] : pair.settings()) sets += " --set " + key + "=" + to_text(value);
  ASSERT_EQ(driver("run --problem quadratic --method dp-adam --steps 8 --seeds 101, --quiet --out r" + sets).code, 0);
  const Json report = parse_json(text_of("r/report.json"), "report.json");
  const double loss = report["cells"][0]["final"]["test_loss"];
  EXPECT_NEAR(pair.second.at(0).losses.at(0) / loss, 1, 1e-3);  // four digits are kept
}

TEST_F(TuneStudy, GoesOnWhereItWasCut) {
  ASSERT_EQ(driver(kSmallStudy + "--study whole").code, 0);
  ASSERT_EQ(driver(kSmallStudy + "--study s").code, 0);
  const std::string text = text_of("s/study.jsonl");
  const std::size_t second = text.find('\n', text.find('\n') + 1);
  // In the middle of the second pair's line.
  write("s/study.jsonl", text.substr(0, second + 40));
  const Outcome cut = driver("validate s");
  EXPECT_EQ(cut.code, 0) << cut.out;
  EXPECT_NE(cut.out.find("cut off"), std::string::npos) << cut.out;
  ASSERT_EQ(driver(kSmallStudy + "--study s").code, 0);
  EXPECT_EQ(text_of("s/study.jsonl").substr(0, second), text.substr(0, second));
  const TuningStudy again = study("s"), whole = study("whole");
  ASSERT_EQ(again.pairs.size(), whole.pairs.size());
  for (std::size_t i = 0; i < whole.pairs.size(); ++i)
    EXPECT_EQ(timeless_pair(again.pairs[i]), timeless_pair(whole.pairs[i]));
  // A finished one is left as it is.
  const std::string finished = text_of("s/study.jsonl");
  const Outcome nothing = driver(kSmallStudy + "--study s");
  EXPECT_EQ(nothing.code, 0) << nothing.err;
  EXPECT_EQ(text_of("s/study.jsonl"), finished);
}

TEST_F(TuneStudy, AnInterruptLosesThePairUnderWayAtMost) {
  const std::string longer = "tune --problem quadratic --method dp-adam,gn,dp-sgd --budget 0.2 --trials 4 --keep 1 ";
  const Outcome ended = driver_terminated(1.0, longer + "--quiet --study s");
  EXPECT_EQ(ended.code, 128 + 15) << ended.err;
  const std::size_t finished = study("s").pairs.size();
  EXPECT_LT(finished, 3u);
  EXPECT_EQ(driver("validate --quiet s").out, "");
  const Outcome again = driver(longer + "--study s");
  ASSERT_EQ(again.code, 0);
  EXPECT_NE(again.err.find(std::to_string(3 - finished) + " of them"), std::string::npos) << again.err;
  EXPECT_EQ(study("s").pairs.size(), 3u);
}

TEST_F(TuneStudy, ShardsTogetherAreTheWhole) {
  ASSERT_EQ(driver(kSmallStudy + "--study whole").code, 0);
  ASSERT_EQ(driver(kSmallStudy + "--study s --shard 1/2").code, 0);
  ASSERT_EQ(driver(kSmallStudy + "--study s --shard 2/2").code, 0);
  std::map<std::string, std::string> whole, shards;
  for (const StudiedPair& pair : study("whole").pairs) whole[pair.method] = timeless_pair(pair);
  for (const StudiedPair& pair : study("s").pairs) shards[pair.method] = timeless_pair(pair);
  EXPECT_EQ(shards, whole);
  EXPECT_EQ(driver("validate --quiet s").code, 0);
  EXPECT_EQ(study_files(folder_ / "s").size(), 2u);
}

TEST_F(TuneStudy, WhatIsAnotherStudyIsRefused) {
  ASSERT_EQ(driver(kSmallStudy + "--study s").code, 0);
  expect_refused(kSmallStudy + "--study s --share 0.5", "share 0.25, now 0.5");
  expect_refused("tune --problem quadratic --method gn --steps 8 --trials 6 --keep 2 --study s", "was begun otherwise");
  const std::string text = text_of("s/study.jsonl");
  write("s/study.jsonl", "{\"type\":\"tuning\"}\n");
  expect_refused(kSmallStudy + "--study s", "schema_version");
  std::string other = text;
  other.replace(other.find("\"program\":\"") + 11, 2, "zz");
  write("s/study.jsonl", other);
  expect_refused(kSmallStudy + "--study s", "program ");
}

TEST_F(TuneStudy, TwoProgramsInOneFileAreRefused) {
  // The first one holds the lock while the second one is called.
  const std::string first = std::string("{ '") + PHYSGRAD_DRIVER +
                            "' tune --problem quadratic --method gn --budget 3 --trials 2 --keep 1 --quiet --study t "
                            ">/dev/null 2>&1 & } && sleep 1; ";
  const Outcome both = shell(first, kSmallStudy + "--study t; code=$?; kill $!; wait; exit $code");
  EXPECT_EQ(both.code, 2) << both.err;
  EXPECT_NE(both.err.find("is in use by another study"), std::string::npos) << both.err;
}

TEST_F(TuneStudy, WrongRequestsAreOneLine) {
  expect_refused("tune --problem quadratic --method gn", "--out or --study is required");
  expect_refused(kSmallStudy + "--study s --out t.json", "exclude each other");
  expect_refused("tune --problem quadratic --method gn --keep 2 --out t.json", "--keep has no effect without --study");
  expect_refused("tune --problem quadratic --method gn --steps 8 --trials 6 --keep 7 --study s",
                 "--keep cannot be 7 of 6");
  expect_refused(kSmallStudy + "--study s --seeds 100,", "at least one more");
  expect_refused(kSmallStudy + "--study s --share 2", "at most 1");
  expect_refused(kSmallStudy + "--study s --shard 9/9", "none is left for it");
  write("file", "x");
  expect_refused(kSmallStudy + "--study file/s", "--study: ");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "s"));
  // Of fewer trials than are kept by default all are.
  const Outcome few = driver("tune --problem quadratic --method gn --trials 4 --dry-run --study s");
  EXPECT_EQ(few.code, 0) << few.err;
  EXPECT_NE(few.out.find("1 pair, 1 of them"), std::string::npos) << few.out;
}

TEST_F(TuneStudy, ATrialWithoutAStepInTimeFails) {
  // No step of 8 samples is done within a millisecond. Whether one begins within a millionth of a second is the
  // clock's.
  for (const char* budget : {"1e-6", "0.001"}) {
    ASSERT_EQ(driver(std::string("tune --problem heat --method hig --set hig.batch=8 --trials 2 --keep 1 --share 1 "
                                 "--quiet --budget ") +
                     budget + " --study s" + budget)
                  .code,
              0);
    const StudiedPair pair = study(std::string("s") + budget).pairs.at(0);
    EXPECT_EQ(pair.chosen, -1);
    ASSERT_EQ(pair.failures.size(), 2u);
    EXPECT_NE(pair.failures[0].reason.find("budget"), std::string::npos) << pair.failures[0].reason;
    EXPECT_TRUE(std::isinf(pair.tuned_loss()));
    EXPECT_EQ(pair.settings().size(), pair.fixed.size());
  }
}

TEST_F(TuneStudy, ADryRunSaysHowMuchThereIsToDoAndWritesNothing) {
  const Outcome outcome =
      driver("tune --problem quadratic --method dp-adam,gn --budget 2 --trials 8 --keep 2 --dry-run --study s");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  // Of 8 and 7 trials at half a second and 2 trials each at 2 seconds on two seeds.
  EXPECT_NE(outcome.out.find("2 pairs, 2 of them to be tuned now with 15 trials, at most 23.5 s"), std::string::npos)
      << outcome.out;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "s"));
}

TEST_F(TuneStudy, SensitivityIsReadFromIt) {
  ASSERT_EQ(driver(kSmallStudy + "--study s").code, 0);
  const Outcome csv = driver("table --from s --kind sensitivity --format json");
  ASSERT_EQ(csv.code, 0) << csv.err;
  const Json tables = parse_json(csv.out, "table");
  for (const char* format : {"text", "md", "csv", "latex"})
    EXPECT_NE(driver(std::string("table --from s --kind sensitivity --format ") + format).out.find("dp-rmsprop"),
              std::string::npos)
        << format;
  EXPECT_EQ(driver("table --from s --kind sensitivity --method 'dp-*'").out.find("gn"), std::string::npos);
  expect_refused("table --from s --kind time", "holds a tuning study, no report");
  expect_refused("table --from s --kind sensitivity --method pg", "pg");
  expect_refused("table --from . --kind sensitivity", "holds no tuning study");
  const std::string text = text_of("s/study.jsonl");
  write("s/study.jsonl", text + "{\"type\":\"pair\"}\n");
  expect_refused("table --from s --kind sensitivity", "study.jsonl:5");
  const Outcome invalid = driver("validate s");
  EXPECT_EQ(invalid.code, 1) << invalid.out;
  write("s/study.jsonl", text + text.substr(text.rfind('\n', text.size() - 2) + 1));
  expect_refused("table --from s --kind sensitivity", "stands there twice");
}

/// The script that brings a study into the problems' files.
class AdoptTuning : public TuneStudy {
 protected:
  [[nodiscard]] Outcome adopt(const std::string& arguments) const {
    return shell("python3 " + std::string(PHYSGRAD_SOURCE_DIR) + "/scripts/adopt-tuning --problems p " + arguments +
                     "; exit $?; # ",
                 "");
  }
};

TEST_F(AdoptTuning, WritesWhatWasFixedAndChosenAndNothingElse) {
  if (std::system("command -v python3 >/dev/null") != 0) GTEST_SKIP() << "there is no python3";
  ASSERT_EQ(driver("tune --problem quadratic --method pg,dp-adam --steps 8 --trials 4 --keep 2 --quiet --study s").code,
            0);
  const auto source = std::filesystem::path(PHYSGRAD_SOURCE_DIR) / "problems" / "quadratic.json";
  std::filesystem::create_directories(folder_ / "p");
  std::filesystem::copy_file(source, folder_ / "p" / "quadratic.json");
  const Json before = parse_json(text_of("p/quadratic.json"), "before");
  EXPECT_EQ(adopt("--from s --check").code, 1);
  EXPECT_EQ(parse_json(text_of("p/quadratic.json"), "checked"), before);
  const Outcome written = adopt("--from s");
  ASSERT_EQ(written.code, 0) << written.err;
  EXPECT_EQ(adopt("--from s --check").code, 0);
  const Json after = parse_json(text_of("p/quadratic.json"), "after");
  for (const StudiedPair& pair : study("s").pairs) {
    const Json& entry = after["methods"][pair.method];
    EXPECT_EQ(entry.size(), pair.settings().size()) << entry;
    for (const auto& [key, value] : pair.settings()) EXPECT_EQ(settings_json({{key, value}})[key], entry[key]) << key;
    EXPECT_EQ(after["tuning"]["seconds"][pair.method], pair.seconds);
  }
  EXPECT_EQ(after["methods"]["gn"], before["methods"]["gn"]);
  EXPECT_NE(after["tuning"]["source"].get<std::string>().find("not of the study: "), std::string::npos);
  for (const char* key : {"sources", "budget", "targets", "paper"}) EXPECT_EQ(after[key], before[key]) << key;
  // Where other methods' settings come from is still said, after a second time too.
  EXPECT_NE(after["tuning"]["source"].get<std::string>().find("the book's chapter"), std::string::npos);
  // One method a line.
  EXPECT_NE(text_of("p/quadratic.json").find("\n    \"gn\": {"), std::string::npos);
}

TEST_F(AdoptTuning, HalfAStudyIsNone) {
  if (std::system("command -v python3 >/dev/null") != 0) GTEST_SKIP() << "there is no python3";
  ASSERT_EQ(driver("tune --problem quadratic --method pg,dp-adam --steps 8 --trials 4 --keep 2 --quiet --study s "
                   "--shard 1/2")
                .code,
            0);
  const Outcome outcome = adopt("--from s --check");
  EXPECT_NE(outcome.code, 0);
  EXPECT_NE(outcome.err.find("no file of shard 2/2"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace physgrad
