// Cells that did not have their processor, loads that are warned of, and hang-ups.
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <cmath>
#include "driver/fault_process.hpp"

#include "physgrad/measure/processor_load.hpp"

namespace physgrad {
namespace {

using testing::cell_of;
using testing::Faults;

void pause(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

class Disturbance : public Faults {};

TEST_F(Disturbance, ACellThatWasStoppedForAWhileIsMarked) {
  if (!std::filesystem::exists("/proc/self/task/" + std::to_string(::getpid()) + "/children"))
    GTEST_SKIP() << "no list of children";
  const pid_t driver = start_driver("run --problem quadratic --method dp-sgd --budget 1.2 --seeds 1, --quiet --out r");
  const std::filesystem::path lines = folder_ / "r/cells/quadratic__dp-sgd__s1.jsonl";
  std::optional<int> code;
  pid_t cell = 0;
  // Until the training has begun: the heap pass writes no lines.
  while (!(code = ended(driver)) && !((cell = cell_of(driver, false)) > 0 &&
                                      testing::file_text(lines).find("\"type\":\"step\"") != std::string::npos))
    pause(0.002);
  ASSERT_FALSE(code) << "the cell was never seen";
  // Several times: one of them may come upon an evaluation, which is off the clock.
  for (int stop = 0; stop < 4; ++stop) {
    pause(0.1);
    ::kill(cell, SIGSTOP);
    pause(0.15);
    ::kill(cell, SIGCONT);
  }
  EXPECT_EQ(ended(driver, 0), 0);
  const CellRecord record = report("r").cells.at(0);
  EXPECT_EQ(record.status, Status::time_budget);
  EXPECT_TRUE(record.disturbed);
  EXPECT_LT(record.processor_share, 0.9);
  EXPECT_TRUE(record.timing_valid);
}

TEST_F(Disturbance, DisturbedCellsAreMeasuredAgainForTheirTimes) {
  const std::string command = "run --problem quadratic --method dp-sgd --steps 3 --seeds 1, --quiet --out r";
  ASSERT_EQ(driver(command).code, 0);
  const std::filesystem::path path = folder_ / "r/cells/quadratic__dp-sgd__s1.jsonl";
  // As if it had been.
  std::string text = testing::file_text(path);
  const std::string share = "\"processor_share\":";
  const std::size_t at = text.find(share), end = text.find_first_of(",}", at);
  ASSERT_NE(at, std::string::npos) << text;
  text.replace(at + share.size(), end - at - share.size(), "0.125");
  const std::string mark = "\"disturbed\":", marked = mark + "true";
  if (const std::size_t known = text.find(mark + "false"); known != std::string::npos)
    text.replace(known, mark.size() + 5, marked);
  ASSERT_NE(text.find(marked), std::string::npos) << text;
  std::ofstream(path) << text;
  ASSERT_EQ(driver(command).code, 0);
  EXPECT_TRUE(report("r").cells.at(0).disturbed);
  EXPECT_EQ(report("r").cells.at(0).processor_share, 0.125);
  ASSERT_EQ(driver(command + " --timing").code, 0);
  EXPECT_NE(report("r").cells.at(0).processor_share, 0.125);
  EXPECT_FALSE(has_temporaries("r"));
}

/// Keeps every processor that this test may use busy.
class Load {
 public:
  Load() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    ::sched_getaffinity(0, sizeof allowed, &allowed);
    for (std::size_t processor = 0; processor < CPU_SETSIZE; ++processor) {
      if (!CPU_ISSET(processor, &allowed)) continue;
      const pid_t child = ::fork();
      if (child == 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(processor, &one);
        ::sched_setaffinity(0, sizeof one, &one);
        for (volatile bool busy = true; busy;) {
        }
      }
      if (child > 0) children_.push_back(child);
    }
    pause(0.05);
  }
  ~Load() {
    for (const pid_t child : children_) ::kill(child, SIGKILL);
    for (const pid_t child : children_) ::waitpid(child, nullptr, 0);
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

 private:
  std::vector<pid_t> children_;
};

TEST_F(Disturbance, ALoadThatLeavesNoProcessorFreeIsWarnedOf) {
  const Load load;
  if (std::isnan(processor_load(1).idle)) GTEST_SKIP() << "this system does not count its processors' time";
  const std::string run = "run --problem quadratic --method dp-sgd --steps 2 --seeds 1, --quiet --out ";
  const testing::Outcome warned = shell("env -u PHYSGRAD_NO_LOAD_WARNING ", run + "a");
  EXPECT_EQ(warned.code, 0);
  EXPECT_TRUE(warned.err.starts_with("physgrad-bench: warning: ")) << warned.err;
  EXPECT_NE(warned.err.find("usable processors are free"), std::string::npos) << warned.err;
  EXPECT_EQ(std::ranges::count(warned.err, '\n'), 1) << warned.err;
  EXPECT_EQ(driver(run + "b").err, "");
  const testing::Outcome tuned = shell("env -u PHYSGRAD_NO_LOAD_WARNING ",
                                       "tune --problem quadratic --method dp-sgd --steps 2 --trials 1 --quiet --out t");
  EXPECT_NE(tuned.err.find("usable processors are free"), std::string::npos) << tuned.err;
}

TEST_F(Disturbance, AHangUpLeavesTablesUnlessItIsIgnored) {
  const auto hung_up = [&](const std::string& before, const std::string& arguments) {
    return shell("timeout --preserve-status -s HUP 1.5 " + before, arguments);
  };
  const std::string run = "run --problem quadratic --method dp-sgd,dp-adam --seeds 1, --quiet ";
  const testing::Outcome stopped = hung_up("", run + "--budget 1 --out r");
  EXPECT_EQ(stopped.code, 128 + SIGHUP) << stopped.err;
  EXPECT_NE(stopped.err.find("of 2 cells done"), std::string::npos) << stopped.err;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "r/tables/summary.md"));
  EXPECT_LT(report("r").cells.size(), 2u);
  const testing::Outcome ignored = hung_up("nohup ", run + "--budget 1 --out n");
  EXPECT_EQ(ignored.code, 0) << ignored.err;
  EXPECT_EQ(report("n").cells.size(), 2u);
  const testing::Outcome tuned =
      hung_up("", "tune --problem quadratic --method dp-sgd,dp-adam --budget 1 --trials 2 --out tuned.json");
  EXPECT_EQ(tuned.code, 128 + SIGHUP) << tuned.err;
}

TEST_F(Disturbance, ACellsMemoryDoesNotGrowWithItsSteps) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "what the sanitizer keeps would count";
#endif
  const auto peak = [&](const std::string& steps) {
    EXPECT_EQ(
        driver("run --problem quadratic --method dp-sgd --seeds 1, --quiet --steps " + steps + " --out r" + steps).code,
        0);
    return report("r" + steps).cells.at(0).memory.peak_rss_bytes;
  };
  const double few = peak("1000");
  if (std::isnan(few)) GTEST_SKIP() << "the system does not tell";
  EXPECT_LT(peak("400000"), few + 1.5e6);  // 8 bytes a step would be 3.2e6, twice over while they are moved
}

}  // namespace
}  // namespace physgrad
