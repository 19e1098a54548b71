// Clipped directions and scheduled rates around every rule.
#include "physgrad/update/rule_course.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "built_in.hpp"

namespace physgrad::testing {
namespace {

Settings course(const SettingMap& changes) {
  Settings settings(rule_course_settings());
  for (const auto& [key, value] : changes) settings.set(key, value);
  return settings;
}

std::unique_ptr<Rule> around(const std::string& name, const SettingMap& changes) {
  const Part& part = built_in().parts().find(Place::rule, name);
  return with_course(part.make<Rule>(Settings(part.definition.settings)), course(changes));
}

Vector update(Rule& rule, const Vector& gradient, double progress = 0) {
  const Vector theta = Vector::Zero(gradient.size());
  Vector out;
  rule.update(gradient, {theta, {}, progress}, out);
  return out;
}

TEST(Schedule, FollowsItsFormula) {
  const Schedule cosine{"cosine", 0.2, 0.1, 1};
  EXPECT_DOUBLE_EQ(cosine.factor(0), 0.01);
  EXPECT_DOUBLE_EQ(cosine.factor(0.1), 0.505);
  EXPECT_DOUBLE_EQ(cosine.factor(0.2), 1);
  EXPECT_DOUBLE_EQ(cosine.factor(0.6), 0.55);
  EXPECT_DOUBLE_EQ(cosine.factor(0.4), 0.1 + 0.9 * 0.5 * (1 + std::numbers::sqrt2 / 2));
  EXPECT_DOUBLE_EQ(cosine.factor(1), 0.1);
  EXPECT_DOUBLE_EQ((Schedule{"cosine", 0, 0.1, 1}.factor(0)), 1);
  EXPECT_DOUBLE_EQ((Schedule{"cosine", 1, 0.1, 1}.factor(0.5)), 0.505);
  const Schedule exponential{"exponential", 0.2, 0.01, 1};
  EXPECT_DOUBLE_EQ(exponential.factor(0), 1);
  EXPECT_DOUBLE_EQ(exponential.factor(0.5), 0.1);
  const Schedule step{"step", 0.2, 0.01, 2};
  EXPECT_DOUBLE_EQ(step.factor(0.33), 1);
  EXPECT_DOUBLE_EQ(step.factor(0.34), 0.1);
  EXPECT_DOUBLE_EQ(step.factor(0.67), 0.01);
  EXPECT_DOUBLE_EQ(step.factor(1), 0.01);
  for (const Schedule& each : {cosine, exponential, step, Schedule{}}) {
    EXPECT_EQ(each.factor(-1), each.factor(0)) << each.kind;
    EXPECT_EQ(each.factor(7), each.factor(1)) << each.kind;
  }
}

TEST(RuleCourse, IsTheRuleItselfWhereNothingIsAsked) {
  auto rule = built_in()
                  .parts()
                  .find(Place::rule, "sgd")
                  .make<Rule>(Settings(built_in().parts().find(Place::rule, "sgd").definition.settings));
  const Rule* const before = rule.get();
  EXPECT_EQ(with_course(std::move(rule), course({})).get(), before);
  EXPECT_EQ(around("sgd", {})->constant_rate(), std::optional<double>(1e-2));
  EXPECT_FALSE(around("sgd", {{"schedule", std::string("cosine")}})->constant_rate());
  EXPECT_FALSE(around("sgd", {{"clip_norm", 1.0}})->constant_rate());
}

TEST(RuleCourse, ClipsEntriesThenTheNorm) {
  const Vector gradient = (Vector(3) << 30, -40, 0.5).finished();
  const auto by_value = around("sgd", {{"clip_value", 1.0}});
  EXPECT_LT((update(*by_value, gradient) - (Vector(3) << -0.01, 0.01, -0.005).finished()).norm(), 1e-17);
  const auto by_norm = around("sgd", {{"clip_norm", 5.0}});
  EXPECT_LT((update(*by_norm, gradient) + 0.05 * gradient.normalized()).norm(), 1e-16);
  EXPECT_LT((update(*by_norm, 0.01 * gradient) + 1e-4 * gradient).norm(), 1e-17);
  const auto both = around("sgd", {{"clip_value", 1.0}, {"clip_norm", 1.5}});
  EXPECT_LT((update(*both, gradient) - (Vector(3) << -0.01, 0.01, -0.005).finished()).norm(), 1e-17);
}

TEST(RuleCourse, DoesNotHideWhatIsNotFinite) {
  for (const SettingMap& changes : {SettingMap{{"clip_value", 1.0}}, SettingMap{{"clip_norm", 1.0}}})
    for (const double wrong : {std::nan(""), std::numeric_limits<double>::infinity()})
      EXPECT_FALSE(update(*around("sgd", changes), Vector::Constant(2, wrong)).allFinite());
}

// A rule's memory is of directions: a scheduled update is the unscheduled one times the factor, at every step.
TEST(RuleCourse, ScalesTheUpdatesOfEveryRule) {
  const Schedule schedule{"exponential", 0.1, 0.01, 2};
  for (const std::string& name : built_in().parts().words(Place::rule)) {
    const auto plain = around(name, {}), scheduled = around(name, {{"schedule", std::string("exponential")}});
    for (int t = 0; t < 4; ++t) {
      const double progress = 0.25 * t;
      const Vector gradient = Vector::LinSpaced(4, 1.0 + t, -2.0);
      const Vector expected = schedule.factor(progress) * update(*plain, gradient);
      EXPECT_LT((update(*scheduled, gradient, progress) - expected).norm(), 1e-15 + 1e-14 * expected.norm()) << name;
    }
  }
}

}  // namespace
}  // namespace physgrad::testing
