// What every method of the catalogue must satisfy, by being in the catalogue.
#include <gtest/gtest.h>

#include <cmath>

#include "contract/test_name.hpp"
#include "contract/under_test.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

CellRecord train_briefly(const std::string& problem, const std::string& method, long steps,
                         const std::vector<std::string>& changes = {}, int threads = 1) {
  std::vector<SettingOverride> overrides;
  for (const std::string& change : changes) overrides.push_back(parse_override(under_test().catalogue, change));
  ResolvedPair pair = resolve_pair(under_test().catalogue, problem, method, overrides);
  TrainOptions options;
  options.max_steps = steps;
  options.seed = 2;
  options.threads = threads;
  return train(pair.problem, *pair.method, options, {});
}

class EveryMethod : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryMethod);  // a catalogue may add problems alone
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryMethod, ::testing::ValuesIn(under_test().methods), test_name);

TEST_P(EveryMethod, ReducesTheLossOfTheQuadratic) {
  const CellRecord record = train_briefly("quadratic", GetParam(), 10);
  EXPECT_EQ(record.status, Status::completed);
  EXPECT_LT(record.final.train_loss, 0.9 * record.initial.train_loss);
}

TEST_P(EveryMethod, ReducesTheLossThroughANetwork) {
  if (const std::string reason = skip_reason(under_test().catalogue, "coupled-oscillators", GetParam());
      !reason.empty())
    GTEST_SKIP() << reason;
  const CellRecord record = train_briefly("coupled-oscillators", GetParam(), 12);
  EXPECT_EQ(record.status, Status::completed);
  EXPECT_LT(record.final.train_loss, 0.95 * record.initial.train_loss);
}

TEST_P(EveryMethod, ReducesTheLossThroughAResidualNetwork) {
  if (const std::string reason = skip_reason(under_test().catalogue, "coupled-oscillators", GetParam());
      !reason.empty())
    GTEST_SKIP() << reason;
  std::vector<std::string> changes = {"network=residual", "widths=4-20-20-20-24"};
  // Rates are those of the dense chain. Blocks that add up make the loss steeper, too steep for the largest of them
  // (0.06).
  if (GetParam() == "dp-momentum") changes.emplace_back("rate=1e-2");
  const CellRecord record = train_briefly("coupled-oscillators", GetParam(), 12, changes);
  EXPECT_EQ(record.status, Status::completed);
  EXPECT_LT(record.final.train_loss, record.initial.train_loss);
}

// What says that a setting changes nothing is asked with the settings that the method offers, which may be fewer than
// the part's that owns it.
TEST_P(EveryMethod, KnowsWhichOfItsSettingsAreIdle) {
  const ResolvedPair pair = resolve_pair(under_test().catalogue, "quadratic", GetParam(), {});
  const Settings settings(pair.method_specs);
  for (const SettingSpec& spec : settings.specs()) {
    if (!spec.idle) continue;
    EXPECT_NO_THROW((void)spec.idle(settings)) << spec.key;
  }
}

TEST_P(EveryMethod, DoesOnSeveralThreadsWhatItDoesOnOne) {
  const CellRecord one = train_briefly("coupled-oscillators", GetParam(), 3, {"batch=20"});
  const CellRecord several = train_briefly("coupled-oscillators", GetParam(), 3, {"batch=20"}, 2);
  const CellRecord again = train_briefly("coupled-oscillators", GetParam(), 3, {"batch=20"}, 2);
  EXPECT_EQ(several.trajectory_hash, again.trajectory_hash);
  EXPECT_EQ(several.status, one.status) << several.reason;
  if (one.curve.empty()) return;
  EXPECT_NEAR(several.final.train_loss, one.final.train_loss, 1e-6 * std::abs(one.initial.train_loss));
}

TEST_P(EveryMethod, RepeatsItselfBitForBit) {
  const CellRecord once = train_briefly("coupled-oscillators", GetParam(), 5);
  const CellRecord again = train_briefly("coupled-oscillators", GetParam(), 5);
  EXPECT_EQ(once.trajectory_hash, again.trajectory_hash);
  ASSERT_EQ(once.curve.size(), again.curve.size());
  for (std::size_t i = 0; i < once.curve.size(); ++i)
    EXPECT_EQ(once.curve[i].losses.train_loss, again.curve[i].losses.train_loss);
}

TEST_P(EveryMethod, SaysWhatItIsAndNeeds) {
  const MethodFacts facts = method_facts(under_test().catalogue, GetParam());
  EXPECT_FALSE(facts.summary.empty());
  EXPECT_FALSE(facts.citation.empty());
  EXPECT_FALSE(facts.needs.empty());
}

}  // namespace
}  // namespace physgrad::testing
