// Who answered: handovers of kernels, and whose fault an update is that is not finite.
#include <gtest/gtest.h>

#include <limits>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/update/update_fault.hpp"

namespace physgrad::testing {
namespace {

CellRecord train_pair(const std::string& problem, const std::string& method, long steps,
                      const std::vector<std::string>& changes, std::uint64_t seed = 0) {
  std::vector<SettingOverride> overrides = {parse_override(built_in(), "test_samples=8")};
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), problem, method, overrides);
  TrainOptions options;
  options.seed = seed;
  options.max_steps = steps;
  return train(pair.problem, *pair.method, options, {});
}

double handovers(const std::string& method, const std::vector<std::string>& changes) {
  return train_pair("coupled-oscillators", method, 5, changes).diagnostics.handovers;
}

TEST(Handovers, CountTheStepsInWhichAnotherKernelAnswered) {
  EXPECT_TRUE(std::isnan(handovers("dp-adam", {})));
  EXPECT_TRUE(std::isnan(handovers("pg", {})));
  EXPECT_EQ(handovers("hig", {"kernel=svd"}), 0);
  EXPECT_EQ(handovers("hig", {"tau=1e-2"}), 0);
  // What `auto` decides, or tries before a kernel that is sure to do, is no handover.
  EXPECT_EQ(handovers("hig", {"tau=1e-9", "accuracy=1e-10"}), 0);
  EXPECT_EQ(handovers("hig", {"kernel=gram", "accuracy=1e-13", "tau=1e-8"}), 5);
  EXPECT_EQ(handovers("pg-hig", {"kernel=gram", "accuracy=1e-13", "tau=1e-8"}), 5);
  EXPECT_EQ(handovers("lm", {}), 0);
  EXPECT_EQ(handovers("spring", {}), 0);
}

TEST(Handovers, TheDefaultAccuracyMakesNoneWhereTheGramFormSuffices) {
  EXPECT_EQ(train_pair("exponential", "hig", 40, {}).diagnostics.handovers, 0);
}

TEST(NonFiniteUpdate, NamesTheQuantityOrTheKernel) {
  const ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "hig", {});
  const PreparedData data = prepare_data(pair.problem, 1);
  const Batch batch = select_samples(data.train, {0, 1, 2});
  Meter meter;
  StepReport report;
  report.kernel = "svd";
  report.kernel_failure = "its answer is not finite";
  Evaluation at(pair.problem, data.theta, batch, meter, true);
  const UpdateFault kernel = explain_non_finite(at, report, true);
  EXPECT_FALSE(kernel.diverged);
  EXPECT_NE(kernel.reason.find("kernel svd: its answer is not finite"), std::string::npos) << kernel.reason;
  Vector theta = data.theta;
  theta[0] = std::numeric_limits<double>::quiet_NaN();
  Evaluation broken(pair.problem, theta, batch, meter, true);
  const UpdateFault control = explain_non_finite(broken, report, true);
  EXPECT_TRUE(control.diverged);
  EXPECT_EQ(control.reason, "the control x is not finite");
}

// Seeds that left the range of numbers with a truncation of 1.2e-5, after 291 and 35 steps.
TEST(Defaults, GaussNewtonOnNonlinearOscillatorsStaysFinite) {
  for (const auto& [seed, steps] : std::vector<std::pair<std::uint64_t, long>>{{1, 300}, {4, 50}}) {
    const CellRecord record = train_pair("nonlinear-oscillators", "gn", steps, {}, seed);
    EXPECT_EQ(record.status, Status::completed) << record.reason;
    EXPECT_LT(record.final.train_loss, 0.1 * record.initial.train_loss) << seed;
  }
}

}  // namespace
}  // namespace physgrad::testing
