// --threads: how many a cell's step computes on is part of what the cell is, from the command line to every table.
#include <algorithm>

#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/core/parallel.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/measure/processor_load.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;

class Threads : public testing::DriverProcess {
 protected:
  [[nodiscard]] Outcome small_run(const std::string& out, const std::string& more) const {
    return driver(
        "run --problem coupled-oscillators --method dp-adam,hig --steps 3 --quiet --set samples=64"
        " --set test_samples=16 --set hig.batch=32 --out " +
        out + " " + more);
  }
  [[nodiscard]] Report report(const std::string& out) const { return read_report(folder_ / out); }
  [[nodiscard]] Json json(const std::string& file) const { return Json::parse(testing::file_text(folder_ / file)); }
  void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
};

bool two_threads() { return has_threads() && usable_processors() >= 2; }
constexpr const char* kTooFew = "this program may not use two processors, or has no OpenMP";

TEST_F(Threads, AreInEverythingThatACellSays) {
  if (!two_threads()) GTEST_SKIP() << kTooFew;
  const Outcome outcome = small_run("r", "--seeds 1 --threads 2");
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Report two = report("r");
  EXPECT_EQ(two.header.limits.threads, 2);
  EXPECT_EQ(two.header.environment.threads, 2);
  ASSERT_EQ(two.header.machines.size(), 1u);
  EXPECT_EQ(two.header.machines[0].threads, 2);
  ASSERT_EQ(two.cells.size(), 2u);
  for (const CellRecord& cell : two.cells) {
    EXPECT_EQ(cell.status, Status::completed) << cell.reason;
    EXPECT_EQ(cell.limits.threads, 2);
    EXPECT_TRUE(cell.timing_valid);
#if !defined(__SANITIZE_ADDRESS__)
    EXPECT_GT(cell.memory.peak_heap_bytes, 0);  // the copy that counts has threads of its own
#endif
  }
  const CellLines lines = read_cell_file(folder_ / "r" / "cells" / "coupled-oscillators__hig__s0.jsonl");
  ASSERT_TRUE(lines.machine());
  EXPECT_EQ(lines.machine()->threads, 2);
  EXPECT_EQ(driver("validate r").code, 0);
  const Json study = json("r/study.json");
  for (const Json& task : study["resolved"]["tasks"]) EXPECT_EQ(task["limits"]["threads"], 2);
  EXPECT_NE(driver("export --from r --what cells").out.find("limit_threads"), std::string::npos);
  // The study says the same run again, and the cell's own line the cell.
  ASSERT_EQ(driver("run --config r/study.json --quiet --out again").code, 0);
  EXPECT_EQ(report("again").cells[0].task_id, two.cells[0].task_id);
  const Outcome alone = shell("head -n 1 r/cells/coupled-oscillators__hig__s0.jsonl |", "cell");
  EXPECT_EQ(alone.code, 0) << alone.err;
  EXPECT_NE(alone.out.find(R"("threads":2)"), std::string::npos);
}

TEST_F(Threads, OneIsLeftOut) {
  ASSERT_EQ(small_run("r", "--seeds 1").code, 0);
  ASSERT_EQ(small_run("s", "--seeds 1 --threads 1").code, 0);
  for (const char* out : {"r", "s"}) {
    const Json whole = json(out + std::string("/report.json"));
    EXPECT_FALSE(whole["run"]["limits"].contains("threads"));
    EXPECT_EQ(whole["environment"]["threads"], 1);
    for (const Json& cell : whole["cells"]) EXPECT_FALSE(cell["limits"].contains("threads"));
  }
  EXPECT_EQ(report("s").cells[0].task_id, report("r").cells[0].task_id);
  EXPECT_EQ(small_run("r", "--seeds 1 --threads 1").code, 0);  // the same run
}

TEST_F(Threads, TwiceIsBitIdentical) {
  if (!two_threads()) GTEST_SKIP() << kTooFew;
  ASSERT_EQ(small_run("a", "--seeds 2 --threads 2").code, 0);
  ASSERT_EQ(small_run("b", "--seeds 2 --threads 2").code, 0);
  EXPECT_EQ(testing::timeless(report("a")), testing::timeless(report("b")));
}

TEST_F(Threads, AreNotMoreThanMayBeUsed) {
  const std::string run = "run --problem quadratic --method gn --steps 2 --out x ";
  for (const char* threads : {"0", "-1", "1.5", "257", "x", "''"})
    expect_refused(driver(run + "--threads " + threads), {"--threads cannot be"});
  const std::string why = has_threads() ? "65536 processors" : "without OpenMP";
  expect_refused(driver(run + "--threads 256 --jobs 256"), {"--threads cannot be 256", why});
  for (const auto& [value, said] : {std::pair("0", "expected 1 to 256"),
                                    {"257", "expected 1 to 256"},
                                    {"-1", "expected 1 to 256"},
                                    {"1.5", "c.json: threads"},
                                    {"\"2\"", "c.json: threads"}}) {
    write("c.json", std::string(R"({"threads": )") + value + "}");
    expect_refused(driver(run + "--config c.json"), {said});
  }
  expect_refused(driver("tune --problem quadratic --method gn --out x --threads 257"), {"--threads cannot be"});
  EXPECT_FALSE(fs::exists(folder_ / "x"));
  const std::string cell = driver(run + "--specs").out;
  for (const char* threads : {"0", "257", "1.5"}) {
    Json spec = Json::parse(cell.substr(0, cell.find('\n')));
    spec["limits"]["threads"] = Json::parse(threads);
    write("spec.json", spec.dump());
    expect_refused(driver("cell < spec.json"), {"limits.threads"});
  }
}

/// A cell that kept to fewer processors than it has threads would say so and fail.
TEST_F(Threads, SideBySideHaveProcessorsOfTheirOwn) {
  if (!has_threads() || usable_processors() < 4) GTEST_SKIP() << "this program may not use four processors";
  ASSERT_EQ(small_run("beside", "--seeds 2 --threads 2 --jobs 2").code, 0);
  ASSERT_EQ(small_run("alone", "--seeds 2 --threads 2").code, 0);
  EXPECT_EQ(testing::timeless(report("beside")), testing::timeless(report("alone")));
  for (const CellRecord& cell : report("beside").cells) EXPECT_FALSE(cell.timing_valid);
}

TEST_F(Threads, AConfigSaysThemAndTheCommandLineBeatsIt) {
  if (!two_threads()) GTEST_SKIP() << kTooFew;
  write("c.json", R"({"problems": "quadratic", "methods": "gn", "seeds": 1, "steps": 2, "threads": 2})");
  ASSERT_EQ(driver("run --config c.json --quiet --out two").code, 0);
  EXPECT_EQ(report("two").cells[0].limits.threads, 2);
  ASSERT_EQ(driver("run --config c.json --threads 1 --quiet --out one").code, 0);
  EXPECT_EQ(report("one").cells[0].limits.threads, 1);
  EXPECT_EQ(driver("tune --config c.json --seeds 100, --trials 2 --quiet --out t.json").code, 0);
  const Outcome dry = driver("run --config c.json --dry-run");
  EXPECT_NE(dry.out.find("on 2 threads"), std::string::npos) << dry.out << dry.err;
}

TEST_F(Threads, ADirectoryIsGoneOnWithByTheSameNumber) {
  if (!two_threads()) GTEST_SKIP() << kTooFew;
  ASSERT_EQ(small_run("r", "--seeds 1").code, 0);
  const std::string before = testing::file_text(folder_ / "r" / "report.json");
  expect_refused(small_run("r", "--seeds 1 --threads 2"), {"'r' holds another run"});
  expect_refused(driver("run --out r --only missing --threads 2"), {"'r' holds another run"});
  EXPECT_EQ(testing::file_text(folder_ / "r" / "report.json"), before);
  // A cell of one thread in a run of two is measured again.
  ASSERT_EQ(small_run("s", "--seeds 1 --threads 2").code, 0);
  const char* name = "cells/coupled-oscillators__hig__s0.jsonl";
  fs::copy_file(folder_ / "r" / name, folder_ / "s" / name, fs::copy_options::overwrite_existing);
  const Outcome again = small_run("s", "--seeds 1 --threads 2");
  EXPECT_EQ(again.code, 0);
  EXPECT_NE(again.err.find("is of other settings or data than planned now; the cell is measured again"),
            std::string::npos)
      << again.err;
  EXPECT_EQ(report("s").cells[1].limits.threads, 2);
  expect_refused(driver("run --config s/study.json --threads 1 --out t"), {"--threads has no effect"});
}

TEST_F(Threads, OtherNumbersAreNeitherPooledNorCompared) {
  if (!two_threads()) GTEST_SKIP() << kTooFew;
  ASSERT_EQ(small_run("one", "--seeds 2").code, 0);
  ASSERT_EQ(small_run("two", "--seeds 2 --threads 2").code, 0);
  ASSERT_EQ(small_run("more", "--seeds 7,8 --threads 2").code, 0);
  const std::string summary = driver("table --from one --from more").out;
  EXPECT_NE(summary.find("coupled-oscillators threads=1"), std::string::npos) << summary;
  EXPECT_NE(summary.find("coupled-oscillators threads=2"), std::string::npos) << summary;
  EXPECT_EQ(summary.find("4/4"), std::string::npos) << summary;
  EXPECT_NE(driver("table --from two --from more").out.find("4/4"), std::string::npos);
  const Outcome compared = driver("compare one two");
  EXPECT_NE(compared.out.find("threads=1 in A, 2 in B"), std::string::npos) << compared.out;
  EXPECT_EQ(driver("compare one two --fail-if-slower 1000x").code, 2);  // cannot be judged
  expect_refused(driver("merge m one two"), {"cells of one name but other settings, data or limits"});
}

}  // namespace
}  // namespace physgrad
