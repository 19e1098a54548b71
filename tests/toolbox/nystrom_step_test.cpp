// The joint step from a sketch against the damped step, whose Gram matrix is formed.
#include <gtest/gtest.h>

#include <string>

#include "physgrad/update/joint_jacobian.hpp"
#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

Vector update_of(const std::string& method, const std::vector<std::string>& changes) {
  return OneUpdate("coupled-oscillators", method, 5, changes).update;
}

TEST(NystromStep, IsTheDampedStepWhereTheSketchHoldsAll) {
  const Vector expected =
      update_of("compose:loss=newton,physics=damped,network=damped,rule=sgd,rate=1,damping=0.01", {});
  const Vector direct = update_of("gn-nystrom", {"rate=1", "damping=0.01", "sketch=20", "iterations=0"});
  EXPECT_LT((direct - expected).norm(), 1e-6 * expected.norm());
  const Vector solved = update_of("gn-nystrom", {"rate=1", "damping=0.01", "sketch=20", "iterations=3"});
  EXPECT_LT((solved - expected).norm(), 1e-9 * expected.norm());
  // Five steps from four columns are closer than the four columns alone.
  const Vector rough = update_of("gn-nystrom", {"rate=1", "damping=0.01", "sketch=4", "iterations=0"});
  const Vector better = update_of("gn-nystrom", {"rate=1", "damping=0.01", "sketch=4", "iterations=5"});
  EXPECT_LT((better - expected).norm(), 0.5 * (rough - expected).norm());
}

// With little damping the power of what is damped is the half-inverse itself.
TEST(NystromStep, IsTheHalfInverseWhereNothingIsSmall) {
  const Vector expected = update_of("hig", {"tau=0"});
  const Vector actual = update_of("hig-nystrom", {"rate=1", "damping=1e-10", "sketch=20"});
  EXPECT_LT((actual - expected).norm(), 1e-3 * expected.norm());
}

TEST(NystromStep, StandsStillWhereNothingMovesTheState) {
  for (const char* method : {"gn-nystrom", "hig-nystrom"}) {
    const Vector update = update_of(method, {"control_strength=0"});
    EXPECT_TRUE(update.isZero(0.0)) << method;
  }
}

TEST(NystromStep, ReportsTheSketch) {
  const OneUpdate one("coupled-oscillators", "gn-nystrom", 5, {"sketch=7"});
  EXPECT_EQ(one.report.kernel, "nystrom");
  EXPECT_EQ(one.report.kept_rank, 7);
  EXPECT_GT(one.report.singular_max, one.report.singular_min_kept);
}

}  // namespace
}  // namespace physgrad::testing
