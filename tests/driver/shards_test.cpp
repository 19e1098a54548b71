// A study in parts, side by side in one directory or each in its own and merged: the undivided run, hash for hash.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "driver/driver_process.hpp"
#include "driver/fault_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::timeless;

constexpr const char* kSharded = "run --problem quadratic,two-body --method dp-adam,gn --seeds 3 --steps 2 --quiet ";

class ShardedRuns : public testing::Faults {
 protected:
  [[nodiscard]] std::string shard(const std::string& which, const std::string& out) const {
    return std::string(kSharded) + "--shard " + which + " --out " + out;
  }
  /// Several calls of the program at once; the sum of their exit codes.
  [[nodiscard]] int together(const std::vector<std::string>& arguments) const {
    std::vector<pid_t> processes;
    for (const std::string& each : arguments) processes.push_back(start_driver(each));
    int sum = 0;
    for (const pid_t process : processes) sum += ended(process, 0).value_or(1);
    return sum;
  }
  [[nodiscard]] std::vector<std::string> four(const std::string& out, bool own) const {
    std::vector<std::string> calls;
    for (const char* k : {"1", "2", "3", "4"}) calls.push_back(shard(std::string(k) + "/4", own ? out + k : out));
    return calls;
  }
  void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
  void undivided() {
    ASSERT_EQ(driver(std::string(kSharded) + "--out whole").code, 0);
    whole_ = report("whole");
    ASSERT_EQ(whole_.cells.size(), 12u);
  }
  void pretend_another_machine(const std::string& out) const {
    OrderedJson json = OrderedJson::parse(testing::file_text(folder_ / out / "manifest.json"));
    json["environment"]["cpu"] = json["machines"][0]["cpu"] = "Another 9000";
    write(out + "/manifest.json", json.dump(1));
  }
  Report whole_;
};

TEST_F(ShardedRuns, InOneDirectoryAtOnceAreTheUndividedRun) {
  undivided();
  ASSERT_EQ(together(four("shared", false)), 0) << testing::file_text(folder_ / "stderr.txt");
  const Report shared = report("shared");
  EXPECT_TRUE(shared.finished);
  EXPECT_EQ(timeless(shared), timeless(whole_));
  EXPECT_EQ(shared.header.planned, whole_.header.planned);
  EXPECT_EQ(shared.header.machines.size(), 1u);
  EXPECT_FALSE(has_temporaries("shared"));
  EXPECT_TRUE(fs::exists(folder_ / "shared" / "tables" / "summary.md"));
  // The undivided command finds everything done.
  const std::string before = testing::file_text(folder_ / "shared" / "cells" / "quadratic__gn__s0.jsonl");
  EXPECT_EQ(driver(std::string(kSharded) + "--out shared").code, 0);
  EXPECT_EQ(testing::file_text(folder_ / "shared" / "cells" / "quadratic__gn__s0.jsonl"), before);
}

TEST_F(ShardedRuns, InDirectoriesOfTheirOwnMergeIntoTheUndividedRun) {
  undivided();
  ASSERT_EQ(together(four("part", true)), 0);
  const Outcome merged = driver("merge all part1 part2/ part3/report.json part4");
  ASSERT_EQ(merged.code, 0) << merged.err;
  EXPECT_EQ(merged.err, "");
  EXPECT_NE(merged.out.find("12 cells of 4 inputs"), std::string::npos) << merged.out;
  const Report all = report("all");
  EXPECT_TRUE(all.finished);
  EXPECT_EQ(timeless(all), timeless(whole_));
  EXPECT_EQ(all.header.planned, whole_.header.planned);
  for (const CellRecord& cell : all.cells)
    EXPECT_EQ(timeless(read_cell_file(folder_ / "all" / "cells" /
                                      (cell.key.problem + "__" + cell.key.method + "__s" +
                                       std::to_string(cell.key.seed) + ".jsonl"))
                           .record()),
              timeless(cell));
  EXPECT_EQ(driver("table --from all").code, 0);
  // Some are missing: the merged run is gone on with.
  ASSERT_EQ(driver("merge most part1 part2 part4").code, 0);
  EXPECT_FALSE(report("most").finished);
  const Outcome rest = driver("run --out most --only missing --quiet");
  EXPECT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(timeless(report("most")), timeless(whole_));
}

TEST_F(ShardedRuns, AKilledOneIsTakenUpByTheSameCommand) {
  undivided();
  const std::string slow = "run --problem coupled-oscillators --method dp-adam,hig --seeds 2 --steps 100 --quiet ";
  ASSERT_EQ(driver(slow + "--out w").code, 0);
  const std::string first = slow + "--out r --shard 1/2";
  const pid_t process = start_driver(first);
  while (!fs::exists(folder_ / "r" / "manifest.json")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_EQ(::kill(process, SIGSTOP), 0);  // as long as it takes to look
  // It holds its cells, and no others.
  expect_refused(driver(first), {"'r'", "another program measures cells of this shard"});
  expect_refused(driver(slow + "--out r"), {"'r' is in use by another run"});
  expect_refused(driver(slow + "--out r --shard 1/3"), {"one number n"});
  const bool killed = ::kill(process, SIGKILL) == 0 && ended(process, 0) == 128 + SIGKILL;
  EXPECT_TRUE(killed);
  EXPECT_EQ(driver(slow + "--out r --shard 2/2").code, 0);
  EXPECT_FALSE(report("r").finished);
  EXPECT_EQ(driver(first).code, 0);
  EXPECT_TRUE(report("r").finished);
  EXPECT_EQ(timeless(report("r")), timeless(report("w")));
}

TEST_F(ShardedRuns, OfAnotherMachineAreAddedToTheRun) {
  ASSERT_EQ(driver(shard("1/2", "r")).code, 0);
  pretend_another_machine("r");
  const Outcome second = driver(shard("2/2", "r"));
  EXPECT_EQ(second.code, 0);
  EXPECT_NE(second.err.find("another machine"), std::string::npos) << second.err;
  const Report both = report("r");
  EXPECT_TRUE(both.finished);
  ASSERT_EQ(both.header.machines.size(), 2u);
  // Every pair of a seed is of one machine.
  for (const CellRecord& a : both.cells)
    for (const CellRecord& b : both.cells)
      EXPECT_TRUE(a.machine == b.machine || a.key.problem != b.key.problem || a.key.seed != b.key.seed);
}

TEST_F(ShardedRuns, MayBeEmpty) {
  const Outcome seventh = driver(shard("7/7", "r"));
  EXPECT_EQ(seventh.code, 0) << seventh.err;
  EXPECT_EQ(seventh.err, "");
  EXPECT_EQ(seventh.out, "");
  EXPECT_EQ(report("r").header.planned.size(), 12u);
  EXPECT_FALSE(report("r").finished);
}

TEST_F(ShardedRuns, OfAJobArray) {
  const Outcome task =
      shell("SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=6 SLURM_ARRAY_TASK_MIN=0 ", shard("slurm", "r"));
  EXPECT_EQ(task.code, 0) << task.err;
  EXPECT_EQ(report("r").cells.size(), 2u);
}

TEST_F(ShardedRuns, WrongOnesAreOneClearLine) {
  for (const char* wrong : {"0/4", "5/4", "x", "''", "4"}) expect_refused(driver(shard(wrong, "r")), {"--shard"});
  expect_refused(shell("env -u SLURM_ARRAY_TASK_ID ", shard("slurm", "r")), {"SLURM_ARRAY_TASK_ID"});
  expect_refused(driver(std::string(kSharded) + "--shard 1/2"), {"--shard needs --out"});
  EXPECT_FALSE(fs::exists(folder_ / "r"));
}

TEST_F(ShardedRuns, MergeRefusesWithOneClearLine) {
  ASSERT_EQ(driver(shard("1/6", "a")).code, 0);
  ASSERT_EQ(driver(shard("1/6", "b")).code, 0);
  write("text.json", "{\"no\": \"report\"}");
  expect_refused(driver("merge"), {"OUT"});
  expect_refused(driver("merge all"), {"IN"});
  expect_refused(driver("merge all text.json"), {"text.json"});
  expect_refused(driver("merge all nowhere"), {"nowhere"});
  expect_refused(driver("merge a b"), {"'a' exists already"});
  expect_refused(driver("merge text.json b"), {"'text.json' exists already"});
  expect_refused(driver("merge all a a/"), {"'a/' is named twice"});
  expect_refused(driver("merge all a b"), {"measured twice", "quadratic gn seed 0", "'a'", "'b'", "--prefer"});
  expect_refused(driver("merge --prefer oldest all a b"), {"--prefer", "oldest", "newest"});
  EXPECT_FALSE(fs::exists(folder_ / "all"));
  const Outcome chosen = driver("merge --prefer newest all a b");
  EXPECT_EQ(chosen.code, 0);
  EXPECT_NE(chosen.err.find("measured twice, the newest run's kept (2)"), std::string::npos) << chosen.err;
  EXPECT_EQ(report("all").cells[0].time.wall_seconds, report("b").cells[0].time.wall_seconds);
}

}  // namespace
}  // namespace physgrad
