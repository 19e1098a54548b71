// Single precision: everything that parts of a step hand to each other is a number of single precision.
#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

template <class Dense>
bool is_single(const Dense& values) {
  return values.size() > 0 && values == values.template cast<float>().template cast<double>();
}

TEST(Precision, SingleRoundsWhatPartsHandOver) {
  const ResolvedPair pair =
      resolve_pair(built_in(), "nonlinear-oscillators", "hig", {parse_override(built_in(), "precision=single")});
  EXPECT_EQ(pair.method->rounding, Rounding::single);
  const PreparedData data = prepare_data(pair.problem, 1);
  const Batch batch = select_samples(data.train, {0, 1, 2});
  Meter meter;
  Evaluation exact(pair.problem, data.theta, batch, meter, true);
  Evaluation at(pair.problem, data.theta, batch, meter, true, pair.method->rounding);
  EXPECT_TRUE(is_single(at.control()));
  EXPECT_TRUE(is_single(at.state()));
  EXPECT_TRUE(is_single(at.loss_gradient()));
  EXPECT_TRUE(is_single(at.control_adjoints()));
  EXPECT_FALSE(is_single(exact.control_adjoints()));
  EXPECT_LT((at.control_adjoints() - exact.control_adjoints()).norm(), 1e-5 * exact.control_adjoints().norm());
  Vector update;
  StepReport report;
  pair.method->update(at, {}, update, report);
  EXPECT_GT(report.error_estimate, 1e-8);
}

TEST(Precision, RunsInBothDifferAndBothLearn) {
  TrainOptions options;
  options.max_steps = 20;
  std::vector<CellRecord> records;
  for (const char* precision : {"double", "single"}) {
    ResolvedPair pair = resolve_pair(
        built_in(), "coupled-oscillators", "dp-adam",
        {parse_override(built_in(), std::string("precision=") + precision), parse_override(built_in(), "rate=0.01")});
    records.push_back(train(pair.problem, *pair.method, options, {}));
    EXPECT_LT(records.back().final.train_loss, 0.7 * records.back().initial.train_loss);
  }
  EXPECT_NE(records[0].trajectory_hash, records[1].trajectory_hash);
  EXPECT_NEAR(records[0].final.train_loss, records[1].final.train_loss, 1e-4 * records[0].final.train_loss);
}

TEST(Precision, KernelsThatWouldLoseTheDigitsAreRefused) {
  for (const char* kernel : {"gram", "structured", "two-level", "krylov"})
    EXPECT_THROW((void)resolve_pair(built_in(), "coupled-oscillators", "hig",
                                    {parse_override(built_in(), "precision=single"),
                                     parse_override(built_in(), std::string("kernel=") + kernel)}),
                 UsageError)
        << kernel;
}

}  // namespace
}  // namespace physgrad::testing
