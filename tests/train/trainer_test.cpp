#include "physgrad/train/trainer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <thread>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"

namespace physgrad::testing {
namespace {

CellRecord run(const std::string& problem, const std::string& method, TrainOptions options,
               const std::vector<std::string>& changes = {}) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), problem, method, overrides);
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

// The last steps of a training may overflow after the curve's last point but the end.
TEST(Trainer, DivergenceAfterTheLastPointOfTheCurveIsAStatus) {
  TrainOptions options;
  options.max_steps = 3;
  options.evaluate = false;  // points at the start and the end alone
  const CellRecord record = run("coupled-oscillators", "dp-sgd", options, {"rate=1e6"});
  ASSERT_EQ(record.steps, 3);
  EXPECT_GT(record.curve.back().losses.train_loss, 1e6 * record.curve.front().losses.train_loss);
  EXPECT_EQ(record.status, Status::diverged);
  EXPECT_NE(record.reason.find("after 3 steps"), std::string::npos) << record.reason;
  EXPECT_EQ(run("coupled-oscillators", "dp-sgd", options, {"rate=1e-3"}).status, Status::completed);
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

/// Does nothing but what `work` does with every batch.
class ProbeMethod final : public Method {
 public:
  explicit ProbeMethod(std::function<void(Evaluation&, long)> work) : work_(std::move(work)) { batch = 8; }
  void update(Evaluation& at, const StepLimits& /*limits*/, Vector& out, StepReport& /*report*/) override {
    work_(at, ++step_);
    out = Vector::Zero(at.theta().size());
  }
  [[nodiscard]] double predicted_bytes(const MethodSizes& /*sizes*/, const StepLimits& /*limits*/) const override {
    return 0;
  }

 private:
  std::function<void(Evaluation&, long)> work_;
  long step_ = 0;
};

CellRecord probe(Method& method, TrainOptions options, const Observer& observer = {},
                 const std::vector<std::string>& changes = {}) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  const ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "dp-sgd", overrides);
  return train(pair.problem, method, options, observer);
}

void wait(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

/// What single instances are drawn from, no network has been trained on, whatever its seed.
TEST(Trainer, AnInstanceIsHeldOutOfEveryTraining) {
  for (const char* name : {"heat", "two-body"}) {
    std::set<std::vector<double>> trained, solved;
    const auto add = [](const Batch& batch, std::set<std::vector<double>>& to) {
      for (Index i = 0; i < batch.target.cols(); ++i) {
        std::vector<double> sample(batch.target.col(i).begin(), batch.target.col(i).end());
        if (batch.context.rows() > 0)
          sample.insert(sample.end(), batch.context.col(i).begin(), batch.context.col(i).end());
        to.insert(sample);
      }
    };
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      add(prepare_data(resolve_pair(built_in(), name, "gn", {}).problem, seed).train, trained);
      const PreparedData instance = prepare_data(
          resolve_pair(built_in(), name, "gn", {parse_override(built_in(), "instance=true")}).problem, seed);
      EXPECT_EQ(instance.train.target.cols(), 1);
      EXPECT_EQ(instance.train.target, instance.test.target);
      add(instance.train, solved);
    }
    EXPECT_EQ(solved.size(), 5u) << name;
    for (const auto& sample : solved) EXPECT_FALSE(trained.contains(sample)) << name;
  }
}

TEST(Trainer, WritingAndWatchingAreOffTheClock) {
  TrainOptions options;
  options.max_steps = 4;
  ProbeMethod method([](Evaluation&, long) {});
  const CellRecord record = probe(method, options, [](const CurvePoint&) { wait(50); });
  EXPECT_GE(record.time.phases[static_cast<std::size_t>(Phase::evaluation)], 5 * 0.05);
  EXPECT_LT(record.time.train_seconds, 2 * 0.05);
  EXPECT_LT(record.curve.back().seconds, 2 * 0.05);
}

TEST(Trainer, ATrainingThatDoesNotHaveItsProcessorIsMarked) {
  TrainOptions options;
  options.max_steps = 4;
  ProbeMethod method([](Evaluation&, long step) { wait(step == 2 ? 60 : 0); });
  const CellRecord record = probe(method, options);
  EXPECT_TRUE(record.disturbed);
  EXPECT_LT(record.processor_share, 0.5);
  EXPECT_GE(record.preemptions, 0);
  EXPECT_EQ(record.time.threads, 1);
}

TEST(Trainer, EvaluationIsNoPartOfTheShare) {
  // The observer waits while evaluation is billed; the steps compute.
  TrainOptions options;
  options.max_steps = 4;
  ProbeMethod method([](Evaluation&, long) {
    for (const double until = cpu_seconds() + 0.01; cpu_seconds() < until;) {
    }
  });
  const CellRecord record = probe(method, options, [](const CurvePoint&) { wait(30); });
  const double processor = record.processor_share * record.time.train_seconds;
  EXPECT_GE(processor, 0.035);
  EXPECT_LT(processor, record.time.cpu_seconds + 1e-3);
  EXPECT_GE(record.time.wall_seconds, record.time.train_seconds + 0.15);
}

TEST(Trainer, TheMeanStepIsTheTrainingTimeAfterTheFirst) {
  TrainOptions options;
  options.max_steps = 21;
  ProbeMethod method([](Evaluation&, long step) { wait(step % 10 == 0 ? 20 : 1); });
  const TimeRecord time = probe(method, options).time;
  EXPECT_LE(20 * time.step_mean, time.train_seconds - time.first_step_seconds + 1e-9);
  EXPECT_GE(time.step_mean, (2 * 0.020 + 18 * 0.001) / 20);
  EXPECT_LT(time.step_median, time.step_mean);
}

TEST(Trainer, WhatIsKnownOfACellBeforeStays) {
  CellRecord known;
  known.key.problem = "quadratic";
  known.task_id = "task";
  known.limits.steps = 3;
  known.given = {{"rate", 0.5}};
  TrainOptions options;
  options.max_steps = 1;
  ResolvedPair fresh = resolve_pair(built_in(), "quadratic", "dp-sgd", {});
  const CellRecord record = train(fresh.problem, *fresh.method, options, {}, known);
  EXPECT_EQ(record.key.problem, "quadratic");
  EXPECT_EQ(record.task_id, "task");
  EXPECT_EQ(record.limits.steps, 3);
  EXPECT_EQ(record.given, known.given);
  EXPECT_EQ(record.steps, 1);
}

TEST(Trainer, StartUpIsBeforeTheClock) {
  const std::vector<std::string> large = {"samples=100000"};
  const ResolvedPair pair =
      resolve_pair(built_in(), "coupled-oscillators", "dp-sgd", {parse_override(built_in(), large.front())});
  const PhaseClock clock;
  (void)prepare_data(pair.problem, 0);
  const double start_up = clock.wall();
  TrainOptions options;
  options.budget_seconds = 0.3 * start_up;
  ProbeMethod method([](Evaluation&, long) {});
  const CellRecord record = probe(method, options, {}, large);
  EXPECT_LT(record.curve.front().seconds, 0.1 * start_up);
  EXPECT_GT(record.steps, 0);
}

TEST(Trainer, TheFirstStepIsReportedApartAndPaidFor) {
  TrainOptions options;
  options.max_steps = 20;
  ProbeMethod method([](Evaluation&, long step) { wait(step == 1 ? 100 : 0); });
  const CellRecord record = probe(method, options);
  EXPECT_GE(record.time.first_step_seconds, 0.1);
  EXPECT_LT(record.time.step_p90, 0.1);
  EXPECT_GE(record.time.train_seconds, 0.1);
  EXPECT_GE(record.curve[1].seconds, 0.1);
}

TEST(Trainer, BatchesOfOneSizeAreTheSameForEveryMethod) {
  const auto batches = [](Index size, std::uint64_t seed, int draws) {
    std::vector<Matrix> seen;
    ProbeMethod method([&](Evaluation& at, long) {
      seen.push_back(at.batch().input);
      for (int k = 0; k < draws; ++k) (void)at.gradient();  // what a method does changes nothing
    });
    method.batch = size;
    TrainOptions options;
    options.seed = seed;
    options.max_steps = 40;  // more than an epoch
    (void)probe(method, options, {}, {"samples=64"});
    return seen;
  };
  const std::vector<Matrix> some = batches(8, 0, 0), others = batches(8, 0, 2);
  ASSERT_EQ(some.size(), others.size());
  for (std::size_t i = 0; i < some.size(); ++i) EXPECT_EQ(some[i], others[i]) << i;
  EXPECT_NE(some[0], some[8]);  // epochs differ
  EXPECT_NE(some[0], batches(8, 1, 0)[0]);
  EXPECT_EQ(batches(16, 0, 0)[0].cols(), 16);
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
