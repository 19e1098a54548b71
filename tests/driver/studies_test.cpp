// What a run is going to do, what of it is measured again, and its study file.
#include <algorithm>
#include <filesystem>
#include <map>

#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::timeless;

constexpr const char* kStudy = "run --problem quadratic,two-body --method dp-adam,gn --seeds 2 --steps 2 --quiet ";

class Studies : public testing::DriverProcess {
 protected:
  [[nodiscard]] Report report(const std::string& out) const { return read_report(folder_ / out); }
  [[nodiscard]] std::map<std::string, std::string> cells(const std::string& out) const {
    std::map<std::string, std::string> texts;
    for (const auto& file : fs::directory_iterator(folder_ / out / "cells"))
      texts[file.path().stem()] = testing::file_text(file.path());
    return texts;
  }
  /// Which cells' files are others than before.
  [[nodiscard]] std::vector<std::string> changed(const std::map<std::string, std::string>& before) const {
    std::vector<std::string> names;
    for (const auto& [name, text] : cells("r"))
      if (!before.contains(name) || before.at(name) != text) names.push_back(name);
    return names;
  }
  void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
  [[nodiscard]] std::vector<std::string> names_here() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder_)) names.push_back(entry.path().string());
    std::ranges::sort(names);
    return names;
  }
};

TEST_F(Studies, ADryRunSaysThePlanAndWritesNothing) {
  const std::vector<std::string> before = [&] {
    (void)driver("--version");
    return names_here();
  }();
  const std::string command = "run --problem quadratic,scaled-fit --method dp-adam,pg --seeds 3 ";
  Outcome dry = driver(command + "--budget 7 --dry-run --out r");
  EXPECT_EQ(dry.code, 0) << dry.err;
  for (const char* part : {"quadratic", "dp-adam", "budget\n", "7 s", "21 s", "MB"})
    EXPECT_NE(dry.out.find(part), std::string::npos) << dry.out;
  dry = driver(command + "--steps 1000 --dry-run");
  EXPECT_NE(dry.out.find("probe\n"), std::string::npos) << dry.out;
  EXPECT_EQ(dry.out.find("budget\n"), std::string::npos) << dry.out;
  dry = driver(command + "--memory-limit 1K --dry-run");
  EXPECT_NE(dry.out.find("skipped: predicted to need"), std::string::npos) << dry.out;
  EXPECT_EQ(names_here(), before);
}

TEST_F(Studies, TheLongReferenceCanBeMeasured) {
  const Outcome dry =
      driver(std::string("run --config ") + PHYSGRAD_SOURCE_DIR + "/results/reference-long.json --dry-run");
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_NE(dry.out.find("84 cells, 84 of them to be measured now, 0 of these skipped"), std::string::npos) << dry.out;
}

TEST_F(Studies, ADryRunKnowsWhatIsThere) {
  ASSERT_EQ(driver(std::string(kStudy) + "--out r").code, 0);
  const auto before = cells("r");
  Outcome dry = driver(std::string(kStudy) + "--out r --dry-run");
  EXPECT_NE(dry.out.find("8 cells, 0 of them to be measured"), std::string::npos) << dry.out;
  fs::remove(folder_ / "r" / "cells" / "two-body__gn__s1.jsonl");
  dry = driver(std::string(kStudy) + "--out r --dry-run");
  EXPECT_NE(dry.out.find("8 cells, 1 of them to be measured"), std::string::npos) << dry.out;
  dry = driver(std::string(kStudy) + "--out r --dry-run --shard 1/2");
  EXPECT_NE(dry.out.find("4 cells, 0 of them to be measured"), std::string::npos) << dry.out;
  dry = driver("run --out r --dry-run --only 'quad*/gn'");
  EXPECT_NE(dry.out.find("8 cells, 2 of them to be measured"), std::string::npos) << dry.out;
  EXPECT_EQ(cells("r").size(), 7u);
  EXPECT_TRUE(changed(before).empty());
  // Where the run itself could not be.
  write("file", "");
  expect_refused(driver(std::string(kStudy) + "--dry-run --out file/r"), {"--out", "'file/r'"});
  expect_refused(driver(std::string(kStudy) + "--dry-run --out file"), {"--out", "'file'"});
  expect_refused(driver("run --problem heat --method gn --steps 2 --dry-run --out r"), {"holds another run"});
  expect_refused(driver(std::string(kStudy) + "--dry-run --specs"), {"--dry-run"});
}

TEST_F(Studies, OnlySomeCellsAreMeasuredAgain) {
  ASSERT_EQ(driver(std::string(kStudy) + "--out r").code, 0);
  const std::string hashes = timeless(report("r"));
  auto before = cells("r");
  const auto again = [&](const std::string& options) {
    const Outcome outcome = driver("run --quiet --out r " + options);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(timeless(report("r")), hashes) << options;
    EXPECT_TRUE(report("r").finished);
    const std::vector<std::string> names = changed(before);
    before = cells("r");
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(again("--only 'quad*/gn'"), (Names{"quadratic__gn__s0", "quadratic__gn__s1"}));
  EXPECT_EQ(again("--only two-body/dp-adam/1"), (Names{"two-body__dp-adam__s1"}));
  EXPECT_EQ(again("--only 'two-body__*__s0'"), (Names{"two-body__dp-adam__s0", "two-body__gn__s0"}));
  EXPECT_EQ(again("--only '*/gn/1' --shard 1/2"), Names{});
  EXPECT_EQ(again("--only missing"), Names{});
  EXPECT_EQ(again("--only failed"), Names{});
  for (const char* name : {"quadratic__gn__s0", "two-body__gn__s1"})
    fs::remove(folder_ / "r" / "cells" / (std::string(name) + ".jsonl"));
  EXPECT_EQ(again("--only missing"), (Names{"quadratic__gn__s0", "two-body__gn__s1"}));
}

TEST_F(Studies, WhatFailedIsMeasuredAgain) {
  // At this rate dp-sgd diverges in its first step.
  const std::string command =
      "run --problem quadratic --method dp-sgd,gn,pg --seeds 1 --steps 40 --set dp-sgd.rate=1e9 --quiet ";
  ASSERT_EQ(driver(command + "--out r").code, 0);
  const auto before = cells("r");
  std::size_t failed = 0;
  for (const CellRecord& cell : report("r").cells) failed += cell.status != Status::skipped && !succeeded(cell);
  EXPECT_EQ(failed, 1u);
  EXPECT_EQ(driver("run --out r --only failed --quiet").code, 0);
  EXPECT_EQ(changed(before), std::vector<std::string>{"quadratic__dp-sgd__s0"});
}

TEST_F(Studies, OnlyNeedsARunAndAMeaning) {
  ASSERT_EQ(driver(std::string(kStudy) + "--out r").code, 0);
  const auto before = cells("r");
  expect_refused(driver("run --only failed"), {"--only needs --out"});
  expect_refused(driver("run --only failed --out nowhere"), {"--only: 'nowhere' holds no run"});
  expect_refused(driver("run --only faild --out r"), {"--only 'faild' fits no cell; did you mean 'failed'?"});
  expect_refused(driver("run --only 'heat/*' --out r"), {"--only 'heat/*' fits no cell", "quadratic/dp-adam/0"});
  expect_refused(driver("run --only '' --out r"), {"--only cannot be empty"});
  expect_refused(driver("run --only missing --out r --steps 3"), {"'r' holds another run"});
  fs::remove(folder_ / "r" / "study.json");
  expect_refused(driver("run --only missing --out r"), {"has no study.json", "repeat the options"});
  EXPECT_EQ(driver(std::string(kStudy) + "--only missing --out r").code, 0);
  EXPECT_TRUE(changed(before).empty());
}

TEST_F(Studies, TheStudyFileRepeatsTheRunCellForCell) {
  write("study.json", R"({"problems": ["quadratic", "two-body"], "methods": "dp-adam,gn", "seeds": [2, 5], "steps": 3,
    "settings": {"gn": {"batch": 8}}, "sweep": {"dp-adam.rate": [0.01, 0.1]}, "out": "r", "jobs": 2})");
  ASSERT_EQ(driver("run --config study.json --quiet").code, 0);
  const Outcome again = driver("run --config r/study.json --quiet --out other");
  ASSERT_EQ(again.code, 0) << again.err;
  const Report first = report("r"), second = report("other");
  EXPECT_EQ(first.cells.size(), 12u);
  EXPECT_EQ(timeless(first), timeless(second));
  for (std::size_t i = 0; i < first.cells.size(); ++i) {
    EXPECT_EQ(first.cells[i].key, second.cells[i].key);
    EXPECT_EQ(first.cells[i].task_id, second.cells[i].task_id);
    EXPECT_EQ(first.cells[i].setup_id, second.cells[i].setup_id);
    EXPECT_EQ(first.cells[i].given, second.cells[i].given);
    EXPECT_FALSE(second.cells[i].timing_valid);  // two at a time
  }
  EXPECT_EQ(first.header.limits.settings, second.header.limits.settings);
  // The run goes on by either.
  EXPECT_EQ(driver("run --config study.json --quiet --out other").code, 0);
  EXPECT_EQ(driver("run --config other/study.json --quiet --out r").code, 0);
  expect_refused(driver("run --config r/study.json --set gn.rate=1 --out x"), {"--set has no effect"});
  expect_refused(driver("tune --config r/study.json --out t.json"), {"tune", "'resolved'"});
  expect_refused(driver("inspect --config r/study.json --problem quadratic --method gn --seed 0 --out i.json"),
                 {"inspect", "'resolved'"});
}

TEST_F(Studies, SomebodysOwnStudyFileStays) {
  fs::create_directory(folder_ / "r");
  write("r/study.json", R"({"problems": "quadratic", "methods": "gn", "seeds": 1, "steps": 1})");
  const std::string text = testing::file_text(folder_ / "r" / "study.json");
  expect_refused(driver("run --config r/study.json --out r --quiet"), {"'r/study.json' is not of a run", "move it"});
  EXPECT_EQ(testing::file_text(folder_ / "r" / "study.json"), text);
}

}  // namespace
}  // namespace physgrad
