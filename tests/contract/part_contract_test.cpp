// What every part of the catalogue must satisfy, by being in the catalogue: it is put into a composition of otherwise
// plain parts, and of those that it asks for.
#include <gtest/gtest.h>

#include "contract/test_name.hpp"
#include "contract/under_test.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/train/trainer.hpp"

namespace physgrad::testing {
namespace {

std::string text_of(const Part& part) {
  if (part.place == Place::joint) return "physics=" + part.word;
  return std::string(to_text(part.place)) + "=" + part.word;
}

const Part& part_of(const std::string& name) {
  for (const Part& part : under_test().parts)
    if (std::string(to_text(part.place)) + "-" + part.word == name) return part;
  throw std::logic_error("no part " + name);
}

std::string composition_with(const Part& part) {
  std::string text = "compose:" + text_of(part);
  for (const Ask& ask : part.definition.asks)
    for (const Part& other : under_test().catalogue.parts().parts()) {
      if (!other.offers(ask.what)) continue;
      text += "," + text_of(other);
      break;
    }
  return text;
}

CellRecord train_composed(const std::string& problem, const std::string& method, long steps) {
  ResolvedPair pair =
      resolve_pair(under_test().catalogue, problem, method, {parse_override(under_test().catalogue, "batch=16")});
  TrainOptions options;
  options.max_steps = steps;
  options.seed = 2;
  return train(pair.problem, *pair.method, options, {});
}

std::vector<std::string> part_names() {
  std::vector<std::string> names;
  for (const Part& part : under_test().parts) names.push_back(std::string(to_text(part.place)) + "-" + part.word);
  return names;
}

class EveryPart : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryPart);  // a catalogue may add no parts
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryPart, ::testing::ValuesIn(part_names()), test_name);

TEST_P(EveryPart, ReducesTheLossInAComposition) {
  const std::string method = composition_with(part_of(GetParam()));
  for (const std::string problem : {"quadratic", "coupled-oscillators"}) {
    if (!skip_reason(under_test().catalogue, problem, method).empty()) continue;
    const CellRecord record = train_composed(problem, method, 12);
    EXPECT_EQ(record.status, Status::completed) << problem << " " << method << " " << record.reason;
    EXPECT_LT(record.final.train_loss, record.initial.train_loss) << problem << " " << method;
  }
}

TEST_P(EveryPart, RepeatsItselfBitForBit) {
  const std::string method = composition_with(part_of(GetParam()));
  if (!skip_reason(under_test().catalogue, "coupled-oscillators", method).empty()) GTEST_SKIP();
  EXPECT_EQ(train_composed("coupled-oscillators", method, 5).trajectory_hash,
            train_composed("coupled-oscillators", method, 5).trajectory_hash);
}

TEST_P(EveryPart, SaysWhatItIsAndHasRangesWithinWhatItsSettingsAllow) {
  const Part& part = part_of(GetParam());
  EXPECT_FALSE(part.definition.summary.empty());
  EXPECT_FALSE(part.definition.citation.empty());
  const std::vector<std::string> needs = {"gradient", "inverse", "jacobian", "products", "newton-step", "curvature"};
  for (const std::string& need : part.definition.needs) EXPECT_TRUE(contains(needs, need)) << need;
  EXPECT_NO_THROW((void)Settings(part.definition.settings));
  for (const SettingSpec& spec : part.definition.settings) {
    EXPECT_FALSE(spec.description.empty()) << spec.key;
    if (!spec.tuning || spec.tuning->around > 0) continue;
    EXPECT_GE(spec.tuning->low, spec.low) << spec.key;
    EXPECT_LE(spec.tuning->high, spec.high) << spec.key;
    EXPECT_LT(spec.tuning->low, spec.tuning->high) << spec.key;
  }
}

TEST_P(EveryPart, IsAskedForNothingThatNoPartOffers) {
  for (const Ask& ask : part_of(GetParam()).definition.asks) {
    bool offered = false;
    for (const Part& other : under_test().catalogue.parts().parts()) offered = offered || other.offers(ask.what);
    EXPECT_TRUE(offered) << ask.what;
  }
}

}  // namespace
}  // namespace physgrad::testing
