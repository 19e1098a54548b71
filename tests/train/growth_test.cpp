// Batches that grow over the budget: how many samples when, and that predictions and counts know it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/batch_growth.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

CellRecord grown(const std::string& method, const std::vector<std::string>& changes, long steps) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", method, overrides);
  TrainOptions options;
  options.max_steps = steps;
  return train(pair.problem, *pair.method, options, {});
}

TEST(BatchGrowth, DoublesAtEqualSharesUpToTheFactor) {
  const BatchGrowth four(8, 4, 4096);
  EXPECT_EQ(four.at(0), 8);
  EXPECT_EQ(four.at(0.33), 8);
  EXPECT_EQ(four.at(0.34), 16);
  EXPECT_EQ(four.at(0.67), 32);
  EXPECT_EQ(four.at(1), 32);
  EXPECT_EQ(BatchGrowth(8, 3, 4096).largest(), 24);
  EXPECT_EQ(BatchGrowth(8, 1, 4096).at(1), 8);
  // Never more than there are.
  const BatchGrowth few(8, 4, 20);
  EXPECT_EQ(few.at(0.5), 16);
  EXPECT_EQ(few.largest(), 20);
  EXPECT_EQ(BatchGrowth(50, 4, 20).first(), 20);
}

TEST(BatchGrowth, ATrainingCountsWhatItSees) {
  const CellRecord record = grown("hig", {"batch=4", "growth=4"}, 6);
  EXPECT_EQ(record.samples_seen, 2 * (4 + 8 + 16));
  EXPECT_EQ(record.costs.simulations, 2 * (4 + 8 + 16));
  EXPECT_EQ(record.sizes.batch, 16);
  EXPECT_EQ(record.sizes.jacobian_rows, 64);
  std::vector<long> samples;
  for (const CurvePoint& point : record.curve) samples.push_back(point.samples);
  EXPECT_EQ(samples, (std::vector<long>{0, 4, 8, 16, 24, 40, 56}));
}

TEST(BatchGrowth, BeginsAsTheTrainingThatStays) {
  for (const char* method : {"hig", "dp-adam", "spring", "dp-lbfgs"}) {
    const CellRecord stays = grown(method, {"batch=4"}, 2), grows = grown(method, {"batch=4", "growth=4"}, 6);
    EXPECT_EQ(grows.curve[2].hash, stays.curve[2].hash) << method;
    EXPECT_EQ(grows.status, Status::completed);
    // And the same again.
    EXPECT_EQ(grown(method, {"batch=4", "growth=4"}, 6).trajectory_hash, grows.trajectory_hash) << method;
    EXPECT_NE(grown(method, {"batch=4"}, 6).trajectory_hash, grows.trajectory_hash) << method;
  }
}

TEST(BatchGrowth, TheLargestBatchIsPredicted) {
  const double small = grown("hig", {"batch=8"}, 1).memory.predicted_bytes;
  const double large = grown("hig", {"batch=32"}, 1).memory.predicted_bytes;
  EXPECT_GT(large, 1.5 * small);
  EXPECT_EQ(grown("hig", {"batch=8", "growth=4"}, 1).memory.predicted_bytes, large);
}

TEST(BatchGrowth, FreshSamplesGrowToo) {
  EXPECT_EQ(grown("hig", {"batch=4", "growth=2", "fresh=true"}, 4).samples_seen, 2 * (4 + 8));
}

TEST(BatchGrowth, TheHeapIsCountedAtTheLargestBatch) {
  ResolvedPair pair = resolve_pair(built_in(), "coupled-oscillators", "hig",
                                   {parse_override(built_in(), "batch=4"), parse_override(built_in(), "growth=8")});
  TrainOptions options;
  options.max_steps = 2;
  options.largest_batches = true;
  EXPECT_EQ(train(pair.problem, *pair.method, options, {}).samples_seen, 2 * 32);
}

}  // namespace
}  // namespace physgrad::testing
