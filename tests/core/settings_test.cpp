#include "core/settings.hpp"

#include <gtest/gtest.h>

#include "catalogue/catalogue.hpp"

namespace physgrad::testing {
namespace {

std::string error_of(const auto& action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Settings, AWrongValueSaysWhatIsAllowed) {
  EXPECT_EQ(error_of([] { (void)resolve_pair("heat", "hig", {parse_override("kappa=2")}); }),
            "setting 'kappa' cannot be '2'; expected a number in [-1, 1]");
  EXPECT_EQ(error_of([] { (void)resolve_pair("heat", "hig", {parse_override("batch=2.5")}); }),
            "setting 'batch' cannot be '2.5'; expected a whole number in [1, 1000000]");
  EXPECT_NE(
      error_of([] { (void)resolve_pair("heat", "hig", {parse_override("convention=half")}); }).find("full, published"),
      std::string::npos);
  for (const char* text : {"kappa=", "kappa=x", "kappa=nan", "kappa=1e400", "kappa=0.5x"})
    EXPECT_NE(error_of([&] { (void)resolve_pair("heat", "hig", {parse_override(text)}); }).find("kappa"),
              std::string::npos)
        << text;
}

TEST(Settings, AnUnstableNumberOfStepsIsRefusedWithTheNeededOne) {
  EXPECT_NE(error_of([] { (void)resolve_pair("burgers", "hig", {parse_override("nu=0.1")}); }).find("at least 47"),
            std::string::npos);
  EXPECT_EQ(error_of([] {
              (void)resolve_pair("burgers", "hig", {parse_override("nu=0.1"), parse_override("steps=47")});
            }),
            "no error");
}

TEST(Settings, AnUnknownKeyNamesTheNearest) {
  const std::string message = error_of([] { check_overrides({parse_override("kapa=1")}, {"heat"}, {"hig"}); });
  EXPECT_NE(message.find("did you mean 'kappa'?"), std::string::npos) << message;
  EXPECT_NE(error_of([] { (void)parse_override("higg.kappa=1"); }).find("did you mean 'hig'?"), std::string::npos);
  EXPECT_NE(error_of([] { (void)parse_override("kappa"); }).find("KEY=VALUE"), std::string::npos);
  EXPECT_NE(error_of([] {
              check_overrides({parse_override("heat.points=32")}, {"quadratic"}, {"hig"});
            }).find("not in the run"),
            std::string::npos);
}

TEST(Settings, ASettingWithoutEffectIsUnknown) {
  // The rule decides which settings exist: momentum means nothing to Adam.
  EXPECT_NE(error_of([] { check_overrides({parse_override("momentum=0.5")}, {"quadratic"}, {"dp-adam"}); }),
            "no error");
  EXPECT_EQ(
      error_of([] {
        check_overrides({parse_override("rule=momentum"), parse_override("momentum=0.5")}, {"quadratic"}, {"dp-adam"});
      }),
      "no error");
}

TEST(Settings, MoreScopesWinAndThenTheLater) {
  const auto rate = [](std::vector<std::string> texts) {
    std::vector<SettingOverride> changes;
    for (const std::string& text : texts) changes.push_back(parse_override(text));
    return std::get<double>(resolve_pair("heat", "hig", changes).used.at("rate"));
  };
  EXPECT_EQ(rate({"hig.rate=0.5", "rate=0.25"}), 0.5);
  EXPECT_EQ(rate({"rate=0.5", "rate=0.25"}), 0.25);
  EXPECT_EQ(rate({"heat.hig.rate=0.5", "hig.rate=0.25"}), 0.5);
}

TEST(Settings, WidthsFollowTheProblemAndMustFitWhenGiven) {
  const auto widths = [](const std::string& text) {
    return resolve_pair("heat", "hig", {parse_override(text)}).problem.network.widths();
  };
  EXPECT_EQ(widths("points=32").front(), 32);
  EXPECT_EQ(widths("points=32").back(), 32);
  EXPECT_EQ(widths("widths=64-10-64"), (std::vector<Index>{64, 10, 64}));
  EXPECT_NE(error_of([&] { (void)widths("widths=32-10-64"); }).find("64 at the start"), std::string::npos);
}

}  // namespace
}  // namespace physgrad::testing
