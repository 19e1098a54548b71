// Defaults that once failed on some seed.
#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

// With rate 0.01 and physics_tau 1.6e-4 x drifted where y determines nothing, until a velocity was too large for the
// time step and the simulation of step 71 overflowed.
TEST(Defaults, PseudoInversesOnBurgersDoNotWanderOff) {
  ResolvedPair pair = resolve_pair(built_in(), "burgers", "pg-gn", {parse_override(built_in(), "test_samples=32")});
  TrainOptions options;
  options.seed = 0;
  options.max_steps = 80;
  options.evaluate = false;
  const CellRecord record = train(pair.problem, *pair.method, options, {});
  EXPECT_EQ(record.status, Status::completed) << record.reason;
  EXPECT_LT(record.final.train_loss, 0.2 * record.initial.train_loss);
  EXPECT_LT(record.final.x_error_relative, 1.0);
}

}  // namespace
}  // namespace physgrad::testing
