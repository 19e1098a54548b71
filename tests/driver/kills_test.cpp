// SIGKILL at random moments, to the driver and to its cells.
#include <signal.h>
#include <unistd.h>

#include <random>

#include "driver/fault_process.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;

using testing::cell_of;
using testing::Faults;
using testing::timeless;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr const char* kKilled =
    "run --problem coupled-oscillators --method dp-adam,hig --seeds 2 --steps 100 --quiet --set samples=64"
    " --set test_samples=16 --save-weights --out ";

class FaultsOfKills : public Faults {
 protected:
  /// An undisturbed run, and how long one takes.
  void prepare() {
    const auto start = Clock::now();
    ASSERT_EQ(driver(std::string(kKilled) + "undisturbed").code, 0);
    length_ = Seconds(Clock::now() - start).count();
    undisturbed_ = report("undisturbed");
  }

  double random(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random_); }

  static void pause(double seconds) { std::this_thread::sleep_for(Seconds(seconds)); }

  std::mt19937_64 random_{20240229};
  double length_ = 0;
  Report undisturbed_;
};

TEST_F(FaultsOfKills, OfTheDriverAtAnyMomentLoseNoFinishedCell) {
  prepare();
  int tried = 0, survived = 0;
  std::map<std::string, std::string> finished;
  const int wanted = rounds(8);
  for (int i = 0; tried < wanted && i < 10 * wanted; ++i) {
    const pid_t process = start_driver(kKilled + std::string("r"));
    // Every fourth early, while the directory is made; some later than the end.
    pause(i % 4 == 0 ? random(0, 0.05) : random(0, 1.1 * length_));
    for (const auto& [name, text] : finished_files("r")) finished[name] = text;
    ::kill(process, SIGKILL);
    const bool killed = ended(process, 0) == 128 + SIGKILL;
    tried += killed;
    const std::string wrong = !nobody_left() ? "a cell outlived its driver" : damage("r", finished);
    EXPECT_EQ(wrong, "") << "round " << i;
    finished = finished_files("r");
    // Some runs are killed again while they continue.
    bool same = true;
    if (i % 2 == 1 || !killed) {
      const testing::Outcome outcome = driver(kKilled + std::string("r"));
      same = outcome.code == 0 && outcome.err.empty() && damage("r", finished).empty() &&
             timeless(report("r")) == timeless(undisturbed_) && !has_temporaries("r");
      EXPECT_TRUE(same) << "round " << i << ": " << outcome.err << damage("r", finished);
      fs::remove_all(folder_ / "r");
      finished.clear();
    }
    survived += killed && same && wrong.empty();
  }
  EXPECT_EQ(tried, wanted);
  record("SIGKILL of the driver at a random moment", tried, survived);
}

TEST_F(FaultsOfKills, OfACellAreAStatusAndTheRestGoesOn) {
  if (!fs::exists("/proc/self/task/" + std::to_string(::getpid()) + "/children")) GTEST_SKIP() << "no list of children";
  prepare();
  const std::string undisturbed = timeless(undisturbed_);
  for (const bool heap_pass : {false, true}) {
    int tried = 0, survived = 0, lost_cells = 0;
    const int wanted = heap_pass ? rounds(6) / 2 : rounds(6) - rounds(6) / 2;
    for (int i = 0; tried < wanted && i < 10 * wanted; ++i) {
      const int signal = i % 4 == 3 ? SIGALRM : SIGKILL;
      const pid_t driver = start_driver(kKilled + std::string("r"));
      pause(random(0, length_));
      pid_t cell = 0;
      std::optional<int> code;
      while (!(code = ended(driver)) && (cell = cell_of(driver, heap_pass)) == 0) pause(0.0002);
      // Later in its life; it may have ended by then, and another be there.
      pause(random(0, heap_pass ? 0.01 : 0.25 * length_));
      const bool killed = !code && cell_of(driver, heap_pass) == cell && ::kill(cell, signal) == 0;
      if (!code) code = ended(driver, 0);
      tried += killed;
      const Report result = report("r");
      std::string same;
      std::vector<CellRecord> lost;
      for (std::size_t c = 0; c < result.cells.size(); ++c) {
        if (!succeeded(result.cells[c])) lost.push_back(result.cells[c]);
        same += timeless(succeeded(result.cells[c]) ? result.cells[c] : undisturbed_.cells[c]) + "\n";
      }
      bool good = code == 0 && same == undisturbed && damage("r", {}).empty() &&
                  testing::file_text(folder_ / "stderr.txt").empty();
      // One that had written everything is complete whatever ends it; without the heap pass only the heap is unknown.
      good = good && lost.size() <= (killed && !heap_pass ? 1u : 0u);
      for (const CellRecord& each : lost)
        good = good && each.status == (signal == SIGKILL ? Status::out_of_memory : Status::failed) &&
               each.reason.find("signal " + std::to_string(signal)) != std::string::npos;
      EXPECT_TRUE(good) << "round " << i << ", exit code " << code.value_or(-1) << ", " << lost.size() << " lost\n"
                        << (lost.empty() ? "" : lost[0].reason) << testing::file_text(folder_ / "stderr.txt");
      lost_cells += static_cast<int>(lost.size());
      survived += killed && good;
      fs::remove_all(folder_ / "r");
    }
    EXPECT_EQ(tried, wanted);
    EXPECT_TRUE(heap_pass || lost_cells > 0) << "no kill met a cell that was training";
    record(heap_pass ? "a signal ends the heap pass of a cell at a random moment"
                     : "a signal ends a cell at a random moment",
           tried, survived);
  }
}

}  // namespace
}  // namespace physgrad
