// How the program starts: its libraries' threads and kernels, under limits of memory and stack, and without /proc.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "driver/driver_process.hpp"
#include "physgrad/measure/blas_core.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;  // the sanitizer's shadow would count
#else
constexpr bool kSanitized = false;
#endif

class StartUp : public testing::DriverProcess {
 protected:
  [[nodiscard]] Report report(const std::string& out) const { return read_report(folder_ / out); }
  /// Ends whatever waits for ever; under nobody's settings of threads and cores.
  [[nodiscard]] testing::Outcome limited(const std::string& limit, const std::string& arguments) const {
    return shell(limit + " && exec env -u OPENBLAS_NUM_THREADS -u OMP_NUM_THREADS timeout -s KILL 60 ", arguments);
  }
};

constexpr const char* kVerbs[] = {"--version",
                                  "list",
                                  "table --from r",
                                  "claims --from r",
                                  "inspect --problem quadratic --method hig",
                                  "run --problem heat --method dp-adam --steps 3 --seeds 1, --quiet --out again",
                                  "tune --problem quadratic --method hig --steps 2 --trials 2 --out tuned.json"};

TEST_F(StartUp, ThisProgramHasOneThread) {
  const std::string status = testing::file_text("/proc/self/status");
  if (status.empty()) GTEST_SKIP() << "no /proc";
  EXPECT_NE(status.find("Threads:\t1\n"), std::string::npos) << status;
}

TEST_F(StartUp, EveryVerbWorksUnderALimitOfData) {
  if (kSanitized) GTEST_SKIP();
  ASSERT_EQ(driver("run --problem quadratic --method dp-sgd,hig --steps 3 --seeds 1, --quiet --out r").code, 0);
  for (const std::string verb : kVerbs) {
    const testing::Outcome outcome = limited("ulimit -d 100000", verb);
    EXPECT_EQ(outcome.code, 0) << verb << "\n" << outcome.err;
    EXPECT_EQ(outcome.err.find("physgrad-bench: "), std::string::npos) << outcome.err;
    std::filesystem::remove_all(folder_ / "again");
  }
}

TEST_F(StartUp, ALimitBelowTheLibrarysBufferEndsTheCellAndSaysWhy) {
  if (kSanitized) GTEST_SKIP();
  const testing::Outcome outcome = limited(
      "ulimit -d 100000",
      "run --problem coupled-oscillators --method hig --set hig.kernel=gram --set hig.batch=16 --set samples=16 "
      "--set test_samples=8 --steps 3 --seeds 1, --quiet --out r");
  const CellRecord cell = report("r").cells.at(0);
  if (report("r").header.environment.blas_core.empty()) GTEST_SKIP() << "built without OpenBLAS";
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(cell.status, Status::out_of_memory);
  EXPECT_NE(cell.reason.find("OpenBLAS needs a buffer"), std::string::npos) << cell.reason;
}

TEST_F(StartUp, EveryVerbWorksOnASmallStack) {
  if (kSanitized) GTEST_SKIP();
  ASSERT_EQ(driver("run --problem quadratic --method dp-sgd,hig --steps 3 --seeds 1, --quiet --out r").code, 0);
  for (const std::string verb : kVerbs) {
    const testing::Outcome outcome = limited("ulimit -s 64", verb);
    EXPECT_EQ(outcome.code, 0) << verb << "\n" << outcome.err;
    std::filesystem::remove_all(folder_ / "again");
  }
  const testing::Outcome beside = limited(
      "ulimit -s 64", "run --problem heat,burgers --method dp-adam,hig --steps 2 --seeds 1, --quiet --jobs 2 --out b");
  EXPECT_EQ(beside.code, 0) << beside.err;
  for (const CellRecord& cell : report("b").cells) EXPECT_EQ(cell.status, Status::completed) << cell.reason;
}

TEST_F(StartUp, TheUsersChoiceOfACoreWinsAndIsRecorded) {
  const std::string run = "run --problem quadratic --method dp-sgd --steps 1 --seeds 1, --quiet --out ";
  ASSERT_EQ(shell("env OPENBLAS_CORETYPE=Prescott ", run + "user").code, 0);
  const std::string core = report("user").header.environment.blas_core;
  if (core.empty()) GTEST_SKIP() << "built without OpenBLAS";
  EXPECT_NE(core.find("OPENBLAS_CORETYPE of the environment"), std::string::npos) << core;
  ASSERT_EQ(shell("env OPENBLAS_CORETYPE=Nonsense ", run + "wrong").code, 0);
  EXPECT_NE(report("wrong").header.environment.blas_core.find("though Nonsense was asked for"), std::string::npos);
}

#ifdef PHYSGRAD_MISTAKEN_CORE
TEST_F(StartUp, AProcessorTakenForAnOlderOneGetsTheCoreThatFits) {
  const std::string better = better_core(processor_features(), "Prescott");
  if (better_blas_core().empty() && blas_core_name().empty()) GTEST_SKIP() << "built without OpenBLAS";
  if (better.empty()) GTEST_SKIP() << "nothing better fits this processor";
  const std::string preload = std::string("env LD_PRELOAD='") + PHYSGRAD_MISTAKEN_CORE + "' ";
  const std::string run = "run --problem quadratic --method dp-sgd --steps 1 --seeds 1, --quiet --out ";
  ASSERT_EQ(shell(preload, run + "r").code, 0);
  EXPECT_EQ(report("r").header.environment.blas_core,
            better + ", asked for: the library took this processor for Prescott");
  const std::string times = driver("table --from r --kind time").out;
  EXPECT_NE(times.find("OpenBLAS's kernels: " + better + ", asked for"), std::string::npos) << times;
  ASSERT_EQ(shell(preload + "OPENBLAS_CORETYPE=Nehalem ", run + "user").code, 0);
  EXPECT_EQ(report("user").header.environment.blas_core, "Nehalem, asked for: OPENBLAS_CORETYPE of the environment");
}
#endif

TEST_F(StartUp, WithoutProcCellsStartFromTheProgramsOwnPath) {
  if (kSanitized) GTEST_SKIP() << "the sanitizer reads /proc";
  const std::string hide = "unshare -rm sh -c 'mount -t tmpfs none /proc && exec \"$@\"' sh ";
  if (std::system((hide + "true 2>/dev/null").c_str()) != 0) GTEST_SKIP() << "nobody may hide /proc here";
  const testing::Outcome outcome =
      shell(hide, "run --problem quadratic --method dp-sgd --steps 2 --seeds 1, --quiet --out r");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(report("r").cells.at(0).status, Status::completed) << report("r").cells.at(0).reason;
  EXPECT_TRUE(std::isnan(report("r").cells.at(0).memory.peak_rss_bytes));
  // A program that is not where it was started from either: the reason names what is missing.
  const std::string move =
      "unshare -rm sh -c 'mount -t tmpfs none /proc && cp \"$1\" p && shift && exec env "
      "OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_THREAD_TIMEOUT=18 sh -c \"(sleep 0.3; rm p) & exec ./p "
      "\\\"\\$@\\\"\" "
      "sh \"$@\"' sh ";
  (void)shell(move, "run --problem quadratic --method dp-sgd --budget 1 --seeds 2 --quiet --out gone");
  const std::vector<CellRecord> cells = report("gone").cells;
  ASSERT_EQ(cells.size(), 2u);
  EXPECT_EQ(cells[1].status, Status::failed);
  EXPECT_NE(cells[1].reason.find("/proc/self/exe"), std::string::npos) << cells[1].reason;
}

}  // namespace
}  // namespace physgrad
