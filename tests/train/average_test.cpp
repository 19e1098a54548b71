// The mean of the weights that a training gives, and the share of its budget that schedules follow.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"
#include "physgrad/train/weight_average.hpp"

namespace physgrad::testing {
namespace {

struct Trained {
  CellRecord record;
  Vector theta;
};

Trained train_for(long steps, const std::vector<std::string>& changes) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "dp-adam", overrides);
  Trained result;
  TrainOptions options;
  options.max_steps = steps;
  options.at_end = [&](const Vector& theta, const CellRecord&) { result.theta = theta; };
  result.record = train(pair.problem, *pair.method, options, {});
  return result;
}

TEST(WeightAverage, WeighsPointsByTheirAge) {
  WeightAverage average(0.5);
  const Vector last = Vector::Constant(1, 9);
  EXPECT_EQ(average.or_last(last)[0], 9);
  for (const double value : {1.0, 2.0, 4.0}) average.add(Vector::Constant(1, value));
  EXPECT_NEAR(average.or_last(last)[0], (0.25 * 1 + 0.5 * 2 + 4) / 1.75, 1e-15);
}

TEST(WeightAverage, IsWhatTheTrainingGivesAndMeasures) {
  std::vector<Vector> points;
  for (long steps = 1; steps <= 3; ++steps) points.push_back(train_for(steps, {}).theta);
  const double d = 0.9;
  const Vector mean = (d * d * points[0] + d * points[1] + points[2]) / (d * d + d + 1);
  const Trained averaged = train_for(3, {"average=0.9"});
  EXPECT_LT((averaged.theta - mean).norm(), 1e-13 * mean.norm());

  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "dp-adam", {});
  const PreparedData data = prepare_data(pair.problem, 0);
  const Matrix x = pair.problem.network->run(mean, data.train.input);
  const double loss =
      pair.problem.loss->reported(pair.problem.simulator->run(x, data.train.context), data.train.target);
  EXPECT_NEAR(averaged.record.final.train_loss, loss, 1e-12 * loss);
  // The updates do not know of it.
  EXPECT_EQ(averaged.record.steps, 3);
  EXPECT_EQ(averaged.record.curve[1].losses.train_loss, train_for(1, {}).record.final.train_loss);
}

TEST(WeightAverage, IsPartOfThePrediction) {
  const CellRecord plain = train_for(1, {}).record, averaged = train_for(1, {"average=0.9"}).record;
  EXPECT_EQ(averaged.memory.predicted_bytes - plain.memory.predicted_bytes,
            8.0 * static_cast<double>(plain.sizes.parameters));
}

// Of four steps the first is taken at 0, the others at 1/4, 1/2 and 3/4 of the budget; Adam's moments do not know.
TEST(RuleCourse, FollowsTheBudgetOfSteps) {
  const std::vector<std::string> step{"schedule=step", "drops=1", "final_rate=1e-12"};
  const Vector two = train_for(2, {}).theta;
  EXPECT_LT((train_for(4, step).theta - two).norm(), 1e-9);
  EXPECT_GT((train_for(4, {}).theta - two).norm(), 1e-3);
}

TEST(RuleCourse, FollowsTheBudgetOfTime) {
  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "dp-adam",
                                   {parse_override(built_in(), "schedule=step"), parse_override(built_in(), "drops=1"),
                                    parse_override(built_in(), "final_rate=1e-12")});
  TrainOptions options;
  options.budget_seconds = 0.1;
  const CellRecord record = train(pair.problem, *pair.method, options, {});
  ASSERT_EQ(record.status, Status::time_budget);
  // In the second half of the time nothing moves any more.
  const CurvePoint &end = record.curve.back(), &before = record.curve[record.curve.size() - 2];
  ASSERT_GT(before.seconds, 0.051);
  EXPECT_NEAR(end.losses.train_loss, before.losses.train_loss, 1e-6 * end.losses.train_loss);
}

}  // namespace
}  // namespace physgrad::testing
