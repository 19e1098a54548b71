// Heap peaks as processes measure them, beside what methods predict.
#include <cmath>
#include <numeric>

#include "driver/driver_process.hpp"
#include "physgrad/core/parallel.hpp"
#include "physgrad/measure/processor_load.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

class Memory : public testing::DriverProcess {
 protected:
  [[nodiscard]] MemoryRecord measured(const std::string& options) const {
    const testing::Outcome outcome = driver("run --seeds 1 --steps 2 --quiet --out r " + options);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const MemoryRecord memory = read_report(folder_ / "r").cells.at(0).memory;
    std::filesystem::remove_all(folder_ / "r");
    return memory;
  }
};

TEST_F(Memory, PredictionsOfJacobianAndGramKernelsAreWithinTenPerCent) {
  for (const char* kernel : {"svd", "qr-svd", "gram", "structured"})
    for (const char* problem : {"--problem coupled-oscillators --set test_samples=8 --set batch=64 --set samples=64",
                                "--problem coupled-oscillators --set test_samples=8 --set batch=512 --set samples=512",
                                "--problem burgers --set test_samples=8 --set batch=12 --set samples=12"}) {
      const std::string kernel_text = kernel, problem_text = problem;
      if (kernel_text == "svd" && problem_text.find("512") != std::string::npos) continue;  // takes its time
      const MemoryRecord memory = measured(problem_text + " --method hig --set kernel=" + kernel_text);
      if (std::isnan(memory.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
      EXPECT_NEAR(memory.predicted_bytes, memory.peak_heap_bytes, 0.1 * memory.peak_heap_bytes)
          << kernel << " " << problem;
    }
}

// A few rows of the catalogue, of every simulator, inverse simulator and kind of step; docs/measuring.md has them all.
TEST_F(Memory, PredictionsHoldOverTheCatalogue) {
  for (const char* pair : {"quadratic --method dp-adam",
                           "quadratic --method pg",
                           "burgers-reconstruction --method dp-adam",
                           "burgers-reconstruction --method pg",
                           "burgers-reconstruction --method pg-newton",
                           "burgers-reconstruction --method hig-physics",
                           "burgers-reconstruction --method dp-soap",
                           "burgers-reconstruction --method pg-lbfgs",
                           "quantum-dipole --method pg",
                           "quantum-dipole --method pg-gd",
                           "quantum-dipole --method dp-adam",
                           "quantum-dipole --method dp-soap",
                           "quantum-dipole --method dp-kfac",
                           "burgers-reconstruction --method dp-kfac",
                           "heat --method dp-kfac",
                           "poisson --method dp-adahessian",
                           "burgers-reconstruction --method dp-adahessian",
                           "nonlinear-oscillators --method pg",
                           "nonlinear-oscillators --method pg-newton --set batch=16",
                           "nonlinear-oscillators --method pg --set anchor=zero",
                           "nonlinear-oscillators --method pg-lbfgs",
                           "two-body --method pg-gd",
                           "two-body --method pg",
                           "two-body --method pg --set inverse_start=lambert",
                           "two-body --method pg-newton --set batch=32",
                           "coupled-oscillators --method pg",
                           "coupled-oscillators --method pg-hig",
                           "burgers --method pg",
                           "burgers --method pg --set anchor=zero --set dx_bound=1",
                           "burgers --method pg --set inverse_method=marching",
                           "burgers --method pg --set inverse_method=gauss-newton-reversed --set batch=8",
                           "burgers --method dp-lbfgs --set batch=32",
                           "coupled-oscillators --method ssbroyden --set batch=64",
                           "burgers-reconstruction --method ssbfgs",
                           "coupled-oscillators --method gn-nystrom",
                           "poisson --method hig-nystrom",
                           "burgers-reconstruction --method gn-nystrom",
                           "exponential --method gn-nystrom",
                           "poisson --method pg",
                           "poisson --method hessian-free --set batch=64",
                           "two-body --method hessian-free --set hessian=control",
                           "quantum-dipole --method hessian-free --set batch=16",
                           "heat --method pg",
                           "sine-map --method spring",
                           "sine-map --method pg",
                           "poisson --method sven",
                           "coupled-oscillators --method sven --set damping=1e-3 --set batch=64",
                           "two-body --method gn --set search=grid",
                           "exponential --method lm",
                           "coupled-oscillators --method hig --set network=residual --set widths=4-20-20-20-24",
                           "two-body --method dp-adam --set network=residual --set widths=8-48-48-48-16",
                           "two-body --method dp-adam --set fresh=true",
                           "burgers --method pg --set fresh=true",
                           "coupled-oscillators --method hig --set fresh=true",
                           "exponential --method pg",
                           "scaled-fit --method dp-adagrad",
                           "scaled-fit --method pg"}) {
    const std::string text = pair;
    // Problems of a single instance have no samples to be held out.
    const bool single =
        text.starts_with("quadratic") || text.starts_with("burgers-rec") || text.starts_with("quantum-dipole");
    const MemoryRecord memory = measured("--problem " + text + (single ? "" : " --set test_samples=8"));
    if (std::isnan(memory.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
    EXPECT_LE(memory.peak_heap_bytes, 1.5 * memory.predicted_bytes) << pair;
    EXPECT_LE(memory.predicted_bytes, 5 * memory.peak_heap_bytes) << pair;
  }
}

// Pieces of a batch, adjoints copied together, tiles and panels of every thread.
TEST_F(Memory, PredictionsHoldOnTwoThreads) {
  if (!has_threads() || usable_processors() < 2) GTEST_SKIP() << "two threads cannot be had";
  for (const char* pair :
       {"two-body --method dp-adam", "two-body --method pg", "nonlinear-oscillators --method pg-gn",
        "nonlinear-oscillators --method hig", "quantum-dipole --method pg-gn", "quantum-dipole --method spring",
        "poisson --method hig", "poisson --method spring", "burgers --method hessian-free --set batch=16",
        "heat --method hig", "coupled-oscillators --method hig --set kernel=gram --set batch=128"}) {
    const std::string text = pair;
    const bool single = text.starts_with("quantum-dipole");
    const MemoryRecord memory = measured("--threads 2 --problem " + text + (single ? "" : " --set test_samples=8"));
    if (std::isnan(memory.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
    EXPECT_LE(memory.peak_heap_bytes, 1.1 * memory.predicted_bytes) << pair;
    EXPECT_LE(memory.predicted_bytes, 3 * memory.peak_heap_bytes) << pair;
  }
}

TEST_F(Memory, LimitsReachEveryStep) {
  const std::string chain = "--problem coupled-oscillators --set test_samples=8 --set samples=128 --set batch=128 ";
  // 71 MB without a limit.
  const MemoryRecord memory = measured(chain + "--method pg-hig --memory-limit 20M");
  if (std::isnan(memory.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
  EXPECT_LE(memory.predicted_bytes, 20e6);
  EXPECT_LE(memory.peak_heap_bytes, 20e6);
  for (const char* method : {"hig --memory-limit 3M", "compose:network=half-inverse,rule=adam --memory-limit 20M",
                             "compose:physics=pseudo-inverse,network=half-inverse,rule=soap --memory-limit 25M"}) {
    const MemoryRecord limited = measured(chain + "--method " + method);
    const double limit = std::stod(std::string(method).substr(std::string(method).rfind(' '))) * 1024 * 1024;
    EXPECT_LE(limited.predicted_bytes, limit) << method;
    EXPECT_LE(limited.peak_heap_bytes, limit) << method;
  }
}

// Orders that are multiples of no vector register's width. exponential has one output a sample and 2177 parameters.
TEST_F(Memory, PredictionsHoldAtOddOrders) {
  struct Case {
    const char* kernel;
    std::vector<int> rows;
    double below, above;  // of what was measured
  };
  const std::vector<Case> cases = {{"svd", {61, 127, 301}, 0.9, 1.1},
                                   {"qr-svd", {61, 127, 509}, 0.9, 1.1},
                                   {"gram", {61, 127, 509, 1021}, 0.9, 1.1},
                                   {"structured", {61, 127, 509, 1021, 1443, 1537, 2099}, 0.9, 1.1}};
  for (const Case& tested : cases)
    for (const int rows : tested.rows) {
      const std::string batch = std::to_string(rows), kernel = tested.kernel;
      const MemoryRecord memory = measured("--problem exponential --method hig --set tau=1.2e-5 --set batch=" + batch +
                                           " --set samples=" + batch + " --set test_samples=8 --set kernel=" + kernel);
      if (std::isnan(memory.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
      EXPECT_GE(memory.predicted_bytes, tested.below * memory.peak_heap_bytes) << kernel << " " << rows;
      EXPECT_LE(memory.predicted_bytes, tested.above * memory.peak_heap_bytes) << kernel << " " << rows;
    }
}

// How many levels there are, and how much each has, is the spectrum's: the prediction is that of levels which leave
// most to the next one, as a dipole's do.
TEST_F(Memory, TwoLevelKeepsThePredictionOfItsWorstSpectrum) {
  const std::string end = " --method hig --set kernel=two-level --set test_samples=8";
  const MemoryRecord worst = measured("--problem quantum-dipole --set tau=1e-9 --set batch=16 --set samples=16" + end);
  if (std::isnan(worst.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
  EXPECT_GE(worst.predicted_bytes, 0.9 * worst.peak_heap_bytes);
  EXPECT_LE(worst.predicted_bytes, 1.35 * worst.peak_heap_bytes);
  for (const std::string problem : {"exponential --set batch=127 --set samples=127",
                                    "nonlinear-oscillators --set batch=31", "burgers --set batch=20"}) {
    const MemoryRecord memory = measured("--problem " + problem + " --set tau=1e-7" + end);
    EXPECT_GE(memory.predicted_bytes, 0.9 * memory.peak_heap_bytes) << problem;
  }
}

// Its dimension depends on the spectrum: the prediction is that of the largest expected one, unless the limit is less.
TEST_F(Memory, KrylovKeepsItsPredictionAndItsLimit) {
  for (const std::string batch : {"61", "127", "509"}) {
    const std::string problem =
        "--problem exponential --method hig --set kernel=krylov --set accuracy=1e-13 --set batch=" + batch +
        " --set samples=" + batch + " --set test_samples=8";
    const MemoryRecord free = measured(problem), limited = measured(problem + " --memory-limit 2M");
    if (std::isnan(free.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
    EXPECT_GE(free.predicted_bytes, 0.9 * free.peak_heap_bytes) << batch;
    EXPECT_LE(limited.predicted_bytes, 2 * 1024 * 1024) << batch;
    EXPECT_LE(limited.peak_heap_bytes, 2 * 1024 * 1024) << batch;
  }
}

TEST_F(Memory, PredictionsHoldForTheOtherSideOfATallJacobian) {
  // 1600 x 1444
  const MemoryRecord memory = measured(
      "--problem coupled-oscillators --set test_samples=8 --set batch=400 --set samples=400 --method hig --set "
      "kernel=structured");
  if (std::isnan(memory.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
  EXPECT_NEAR(memory.predicted_bytes, memory.peak_heap_bytes, 0.1 * memory.peak_heap_bytes);
}

TEST_F(Memory, TheSplitAddsUpAndFollowsTheMethod) {
  const std::string problem =
      "--problem coupled-oscillators --set test_samples=8 --set batch=64 --set samples=64 --method ";
  const MemoryRecord gram = measured(problem + "hig --set kernel=gram"), adam = measured(problem + "dp-adam");
  if (std::isnan(gram.peak_heap_bytes)) GTEST_SKIP() << "this build cannot count its heap";
  const auto part = [](const MemoryRecord& memory, HeapUse use) {
    return memory.heap_by_use[static_cast<std::size_t>(use)];
  };
  EXPECT_EQ(std::accumulate(gram.heap_by_use.begin(), gram.heap_by_use.end(), 0.0), gram.peak_heap_bytes);
  const double square = 8.0 * 256 * 256;
  EXPECT_NEAR(part(gram, HeapUse::jacobian), square, 0.4 * square);
  // Eigenvectors of the tridiagonal form and what divide and conquer needs; the reflectors lie where K was.
  EXPECT_NEAR(part(gram, HeapUse::decomposition), 2 * square, 0.1 * 2 * square);
  EXPECT_EQ(part(adam, HeapUse::jacobian), 0);
  EXPECT_EQ(part(adam, HeapUse::decomposition), 0);
  EXPECT_GE(part(adam, HeapUse::method), 3.0 * 8 * 1444);  // two moments and the update
  EXPECT_GT(part(adam, HeapUse::simulator), 0);
  EXPECT_GT(part(adam, HeapUse::network), 0);
}

TEST_F(Memory, AResidentPeakIsTheCellsOwn) {
  // The first cell holds a Jacobian of 34 MB three times; nothing of that is left for the second.
  ASSERT_EQ(
      driver("run --problem burgers --method hig,dp-adam --seeds 1 --steps 1 --quiet --set batch=16 --set samples=16 "
             "--set test_samples=8 --set hig.kernel=qr-svd --out r")
          .code,
      0);
  const std::vector<CellRecord> cells = read_report(folder_ / "r").cells;
  ASSERT_EQ(cells[0].key.method, "hig");
  EXPECT_GT(cells[0].memory.peak_rss_bytes, cells[1].memory.peak_rss_bytes + 60e6);
}

}  // namespace
}  // namespace physgrad
