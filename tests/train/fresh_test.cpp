// Training on batches that are drawn anew every step.
#include <gtest/gtest.h>

#include <memory>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

/// Every batch that a training of `steps` steps draws: training data, held-out data, then what the steps draw.
struct Drawn {
  std::vector<Batch> batches;
  CellRecord record;
};

Drawn train_and_listen(const std::string& method, long steps, std::uint64_t seed, std::vector<std::string> changes) {
  std::vector<SettingOverride> overrides = {parse_override(built_in(), "samples=24"),
                                            parse_override(built_in(), "test_samples=4")};
  for (const std::string& change : changes) overrides.push_back(parse_override(built_in(), change));
  ResolvedPair pair = resolve_pair(built_in(), "two-body", method, overrides);
  const auto drawn = std::make_shared<Drawn>();
  pair.problem.sample = [sample = pair.problem.sample, drawn](Rng& rng, Index count) {
    drawn->batches.push_back(sample(rng, count));
    return drawn->batches.back();
  };
  TrainOptions options;
  options.max_steps = steps;
  options.seed = seed;
  drawn->record = train(pair.problem, *pair.method, options, {});
  return *drawn;
}

TEST(Fresh, DrawsEveryBatchAndNoSampleTwice) {
  const Drawn drawn = train_and_listen("dp-adam", 20, 3, {"fresh=true", "batch=16"});
  ASSERT_EQ(drawn.batches.size(), 22U);
  std::vector<Vector> seen;
  for (const Batch& batch : drawn.batches)
    for (Index i = 0; i < batch.size(); ++i) {
      for (const Vector& other : seen) ASSERT_NE(Vector(batch.input.col(i)), other);
      seen.emplace_back(batch.input.col(i));
    }
  EXPECT_EQ(seen.size(), 24U + 4U + 20U * 16U);
  EXPECT_EQ(drawn.record.samples_seen, 20 * 16);
}

TEST(Fresh, AllElseDrawsNothingInItsSteps) {
  EXPECT_EQ(train_and_listen("dp-adam", 5, 3, {"batch=16"}).batches.size(), 2U);
}

TEST(Fresh, BatchesDependOnSeedAndSizeAlone) {
  const auto same = [](const Drawn& a, const Drawn& b) {
    for (std::size_t i = 0; i < a.batches.size(); ++i)
      if (a.batches[i].input != b.batches[i].input || a.batches[i].target != b.batches[i].target) return false;
    return a.batches.size() == b.batches.size();
  };
  const std::vector<std::string> changes = {"fresh=true", "batch=16"};
  const Drawn adam = train_and_listen("dp-adam", 4, 3, changes);
  EXPECT_TRUE(same(train_and_listen("hig", 4, 3, changes), adam));
  EXPECT_TRUE(same(train_and_listen("pg", 4, 3, changes), adam));
  EXPECT_FALSE(same(train_and_listen("dp-adam", 4, 4, changes), adam));
}

TEST(Fresh, IsMeasuredOnTheSameDataAsEver) {
  const Drawn fresh = train_and_listen("dp-adam", 2, 3, {"fresh=true"}), fixed = train_and_listen("dp-adam", 2, 3, {});
  EXPECT_EQ(fresh.record.initial.train_loss, fixed.record.initial.train_loss);
  EXPECT_EQ(fresh.record.initial.test_loss, fixed.record.initial.test_loss);
  EXPECT_NE(fresh.record.trajectory_hash, fixed.record.trajectory_hash);
}

TEST(Fresh, ABatchMayBeLargerThanTheMeasuredSet) {
  const Drawn drawn = train_and_listen("dp-adam", 1, 3, {"fresh=true", "batch=100"});
  EXPECT_EQ(drawn.batches.back().size(), 100);
  EXPECT_EQ(drawn.record.sizes.batch, 100);
  EXPECT_THROW((void)train_and_listen("dp-adam", 1, 3, {"batch=100"}), UsageError);
}

}  // namespace
}  // namespace physgrad::testing
