// Rules against trajectories worked out by hand.
#include "update/rule.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace physgrad::testing {
namespace {

std::unique_ptr<Rule> rule(const std::string& name, const SettingMap& changes = {}) {
  Settings settings(rule_settings(name));
  for (const auto& [key, value] : changes) settings.set(key, value);
  return make_rule(name, settings);
}

double step(Rule& rule, double gradient) {
  Vector out;
  rule.update(Vector::Constant(1, gradient), out);
  return out[0];
}

TEST(Sgd, StepsAgainstTheGradient) { EXPECT_DOUBLE_EQ(step(*rule("sgd", {{"rate", 0.5}}), 3), -1.5); }

TEST(Momentum, AccumulatesAndStartsAtTheFirstGradient) {
  const auto momentum = rule("momentum", {{"rate", 0.1}, {"momentum", 0.5}});
  EXPECT_DOUBLE_EQ(step(*momentum, 1), -0.1);   // b = 1
  EXPECT_DOUBLE_EQ(step(*momentum, 2), -0.25);  // b = 0.5 + 2
  EXPECT_DOUBLE_EQ(step(*momentum, 0), -0.125);
}

TEST(Momentum, NesterovLooksAhead) {
  const auto momentum = rule("momentum", {{"rate", 0.1}, {"momentum", 0.5}, {"nesterov", true}});
  EXPECT_DOUBLE_EQ(step(*momentum, 1), -0.15);   // 1 + 0.5 * 1
  EXPECT_DOUBLE_EQ(step(*momentum, 2), -0.325);  // 2 + 0.5 * 2.5
}

TEST(Adam, FollowsTheBiasCorrectedMoments) {
  const double beta1 = 0.8, beta2 = 0.9, epsilon = 0.01, rate = 0.1;
  const auto adam = rule("adam", {{"rate", rate}, {"beta1", beta1}, {"beta2", beta2}, {"epsilon", epsilon}});
  // First step: m = 0.2 g, v = 0.1 g^2, both corrected back to g and g^2.
  EXPECT_NEAR(step(*adam, 2), -rate * 2.0 / (2.0 + epsilon), 1e-15);
  // Second step with gradient -1: m = 0.8*0.4 - 0.2 = 0.12, v = 0.9*0.4 + 0.1 = 0.46.
  const double first = 0.12 / (1 - 0.64), second = 0.46 / (1 - 0.81);
  EXPECT_NEAR(step(*adam, -1), -rate * first / (std::sqrt(second) + epsilon), 1e-15);
}

TEST(Adam, FirstStepHasTheSizeOfTheRateWhateverTheGradient) {
  for (const double gradient : {1e-3, 1.0, 1e6}) EXPECT_NEAR(step(*rule("adam"), gradient), -1e-3, 1e-8);
}

TEST(Rules, UnknownNamesAndValuesAreUsageErrors) {
  EXPECT_THROW((void)rule_settings("adamm"), UsageError);
  EXPECT_THROW(rule("adam", {{"beta1", 1.5}}), UsageError);
  EXPECT_THROW(rule("sgd", {{"momentum", 0.5}}), UsageError);
}

}  // namespace
}  // namespace physgrad::testing
