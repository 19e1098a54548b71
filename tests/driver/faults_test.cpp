// Faults that are really done: processes killed at once, limits of memory, a full disk.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "report/cell_lines.hpp"
#include "report/report_json.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class Faults : public testing::DriverProcess {
 protected:
  [[nodiscard]] Report report(const std::string& out) const { return read_report(folder_ / out); }
};

/// The processes whose second argument is `verb` and one of whose arguments is `mark`.
std::vector<pid_t> processes(const std::string& verb, const std::string& mark) {
  std::vector<pid_t> result;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
    const std::string text = testing::file_text(entry.path() / "cmdline");
    const std::string inner = std::string(1, '\0') + verb + '\0';
    if (text.find(inner) != std::string::npos && text.find(mark) != std::string::npos)
      result.push_back(static_cast<pid_t>(std::stol(name)));
  }
  return result;
}

TEST_F(Faults, KillingTheDriverAtAnyMomentLosesNoFinishedCell) {
  const std::string command =
      "run --problem quadratic,coupled-oscillators,two-body --method dp-adam,hig --seeds 2 --steps 12 --quiet"
      " --set samples=64 --set test_samples=16 --out ";
  ASSERT_EQ(driver(command + "undisturbed").code, 0);
  int killed = 0;
  for (int round = 0; round < 40; ++round) {
    const double seconds = 0.03 + 0.017 * (7 * round % 10);
    const testing::Outcome outcome = shell("timeout -s KILL " + std::to_string(seconds) + " ", command + "killed");
    std::vector<CellKey> finished;
    std::error_code error;
    for (const auto& file : fs::directory_iterator(folder_ / "killed" / "cells", error))
      if (const CellLines lines = read_cell_file(file.path()); lines.finished())
        finished.push_back(key_of(lines.record()));
    if (fs::exists(folder_ / "killed" / "report.json")) {
      for (const CellRecord& cell : report("killed").cells)
        EXPECT_NE(std::ranges::find(finished, key_of(cell)), finished.end());
    }
    if (outcome.code == 0) break;
    ++killed;
  }
  EXPECT_GT(killed, 0);
  ASSERT_EQ(driver(command + "killed").code, 0);
  EXPECT_EQ(testing::timeless(report("killed")), testing::timeless(report("undisturbed")));
}

TEST_F(Faults, AKilledCellIsAStatusAndTheRestGoesOn) {
  const std::string mark = "coupled-oscillators.test_samples=61";
  std::thread killer([&] {
    for (int i = 0; i < 600; ++i) {
      for (const pid_t process : processes("cell", mark)) {
        const std::string text = testing::file_text(fs::path("/proc") / std::to_string(process) / "cmdline");
        if (text.find("dp-sgd") == std::string::npos || text.find("--heap-pass") != std::string::npos) continue;
        ::kill(process, SIGKILL);
        return;
      }
      std::this_thread::sleep_for(20ms);
    }
  });
  const testing::Outcome outcome = driver(
      "run --problem coupled-oscillators --method dp-sgd,hig --seeds 1 --budget 3 --set hig.rate=1"
      " --set coupled-oscillators.samples=64 --set " +
      mark + " --out r");
  killer.join();
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  const Report result = report("r");
  ASSERT_EQ(result.cells.size(), 2u);
  EXPECT_EQ(result.cells[0].status, Status::out_of_memory) << result.cells[0].reason;
  EXPECT_NE(result.cells[0].reason.find("signal 9"), std::string::npos);
  EXPECT_TRUE(succeeded(result.cells[1])) << result.cells[1].reason;
}

TEST_F(Faults, TheHeapPeakIsTheSameToTheByteAndGrowsWithTheBatch) {
  const std::string command = "run --problem two-body --method hig --seeds 1 --set samples=128 --set test_samples=16 ";
  ASSERT_EQ(driver(command + "--steps 3 --set hig.batch=32 --out a").code, 0);
  ASSERT_EQ(driver(command + "--steps 20 --set hig.batch=32 --out b").code, 0);
  ASSERT_EQ(driver(command + "--steps 3 --set hig.batch=64 --out c").code, 0);
  const auto peak = [&](const char* out) { return report(out).cells.at(0).memory.peak_heap_bytes; };
  if (std::isnan(peak("a"))) GTEST_SKIP() << "this build cannot count its heap";
  EXPECT_EQ(peak("a"), peak("b"));
  EXPECT_GT(peak("c"), 1.5 * peak("a"));
}

TEST_F(Faults, AMemoryLimitIsEnforcedOnTheProcess) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's own memory would count";
#endif
  // 1 GB for a first matrix of samples: more than the limit and its allowance, whatever the method is predicted to
  // need.
  const testing::Outcome outcome = driver(
      "run --problem heat --method dp-sgd --seeds 1 --steps 1 --set heat.samples=2000000 --memory-limit 10M --out r");
  EXPECT_EQ(outcome.code, 1);
  ASSERT_EQ(report("r").cells.size(), 1u);
  EXPECT_EQ(report("r").cells[0].status, Status::out_of_memory) << report("r").cells[0].reason;
}

}  // namespace
}  // namespace physgrad
