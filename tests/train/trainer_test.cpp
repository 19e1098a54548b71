#include "train/trainer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "catalogue/catalogue.hpp"

namespace physgrad::testing {
namespace {

CellRecord run(const std::string& problem, const std::string& method, TrainOptions options,
               const std::vector<std::string>& changes = {}) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(change));
  ResolvedPair pair = resolve_pair(problem, method, overrides);
  return train(pair.problem, *pair.method, options, {});
}

TEST(Trainer, PhasesAddUpToTheWallTime) {
  TrainOptions options;
  options.max_steps = 50;
  const CellRecord record = run("coupled-oscillators", "dp-adam", options);
  const double sum = std::accumulate(record.time.phases.begin(), record.time.phases.end(), 0.0);
  EXPECT_NEAR(sum, record.time.wall_seconds, 0.01 * record.time.wall_seconds);
  const double evaluation = record.time.phases[static_cast<std::size_t>(Phase::evaluation)];
  EXPECT_GT(evaluation, 0);
  EXPECT_NEAR(record.time.train_seconds, record.time.wall_seconds - evaluation, 0.01 * record.time.wall_seconds);
}

TEST(Trainer, EvaluationIsOffTheClock) {
  TrainOptions options;
  options.max_steps = 20;
  // With this many held-out samples evaluation takes far longer than the steps; the curve's clock must not notice.
  const CellRecord record = run("coupled-oscillators", "dp-adam", options, {"batch=4", "test_samples=20000"});
  const double evaluation = record.time.phases[static_cast<std::size_t>(Phase::evaluation)];
  EXPECT_LT(record.curve.back().seconds, evaluation);
  EXPECT_LE(record.curve.back().seconds, record.time.train_seconds);
}

TEST(Trainer, StopsAtItsBudgetOfTrainingTime) {
  TrainOptions options;
  options.budget_seconds = 0.02;
  const CellRecord record = run("coupled-oscillators", "dp-adam", options);
  EXPECT_EQ(record.status, Status::time_budget);
  EXPECT_GE(record.time.train_seconds, 0.02);
  EXPECT_GT(record.steps, 0);
}

TEST(Trainer, DivergenceIsAStatus) {
  TrainOptions options;
  options.max_steps = 100000;
  const CellRecord record = run("coupled-oscillators", "dp-sgd", options, {"rate=1e6"});
  EXPECT_EQ(record.status, Status::diverged);
  EXPECT_FALSE(record.reason.empty());
  EXPECT_LT(record.steps, 100000);
}

TEST(Trainer, ZeroUpdatesAreAFailure) {
  TrainOptions options;
  options.max_steps = 0;
  EXPECT_EQ(run("quadratic", "dp-sgd", options).status, Status::failed);
}

TEST(Trainer, SkipsWhatWouldExceedTheMemoryLimit) {
  TrainOptions options;
  options.memory_limit_bytes = 1e6;
  options.max_steps = 1;
  const CellRecord record = run("coupled-oscillators", "hig", options, {"batch=1024"});
  EXPECT_EQ(record.status, Status::skipped);
  EXPECT_NE(record.reason.find("limit of 1000000"), std::string::npos) << record.reason;
}

TEST(Trainer, ALongerRunRepeatsTheShorterOne) {
  TrainOptions options;
  options.max_steps = 10;
  const CellRecord brief = run("coupled-oscillators", "hig", options);
  options.max_steps = 20;
  const CellRecord longer = run("coupled-oscillators", "hig", options);
  ASSERT_LT(brief.curve.size(), longer.curve.size());
  for (std::size_t i = 0; i < brief.curve.size(); ++i) EXPECT_EQ(brief.curve[i].hash, longer.curve[i].hash);
}

TEST(Trainer, MethodsOfOneSeedStartAlike) {
  TrainOptions options;
  options.max_steps = 1;
  const CellRecord adam = run("coupled-oscillators", "dp-adam", options);
  const CellRecord hig = run("coupled-oscillators", "hig", options);
  EXPECT_EQ(adam.initial.train_loss, hig.initial.train_loss);
  EXPECT_EQ(adam.initial.test_loss, hig.initial.test_loss);
  options.seed = 1;
  EXPECT_NE(adam.initial.train_loss, run("coupled-oscillators", "dp-adam", options).initial.train_loss);
}

TEST(Trainer, RecordsWhenTargetsAreReachedAndMissed) {
  TrainOptions options;
  options.max_steps = 10;
  options.targets = {10.0, 1e-30};
  const CellRecord record = run("quadratic", "pg", options);
  EXPECT_GT(record.targets[0].steps, 0);
  EXPECT_TRUE(std::isnan(record.targets[1].seconds));
}

}  // namespace
}  // namespace physgrad::testing
