#include "physgrad/core/settings.hpp"

#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/catalogue/fates.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"

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
  EXPECT_EQ(error_of([] { (void)resolve_pair(built_in(), "heat", "hig", {parse_override(built_in(), "kappa=2")}); }),
            "setting 'kappa' cannot be '2'; expected a number in [-1, 1]");
  EXPECT_EQ(error_of([] { (void)resolve_pair(built_in(), "heat", "hig", {parse_override(built_in(), "batch=2.5")}); }),
            "setting 'batch' cannot be '2.5'; expected a whole number in [1, 1000000]");
  EXPECT_NE(error_of([] {
              (void)resolve_pair(built_in(), "heat", "hig", {parse_override(built_in(), "convention=half")});
            }).find("full, published"),
            std::string::npos);
  for (const char* text : {"kappa=", "kappa=x", "kappa=nan", "kappa=1e400", "kappa=0.5x"})
    EXPECT_NE(error_of([&] {
                (void)resolve_pair(built_in(), "heat", "hig", {parse_override(built_in(), text)});
              }).find("kappa"),
              std::string::npos)
        << text;
}

TEST(Settings, AnUnstableNumberOfStepsIsRefusedWithTheNeededOne) {
  EXPECT_NE(error_of([] {
              (void)resolve_pair(built_in(), "burgers", "hig", {parse_override(built_in(), "nu=0.1")});
            }).find("at least 47"),
            std::string::npos);
  EXPECT_EQ(error_of([] {
              (void)resolve_pair(built_in(), "burgers", "hig",
                                 {parse_override(built_in(), "nu=0.1"), parse_override(built_in(), "steps=47")});
            }),
            "no error");
}

TEST(Settings, TheNameThatMayHaveBeenMeantIsSuggested) {
  const std::vector<std::string> known = {"lm", "run", "text", "json", "dp-adam", "coupled-oscillators"};
  for (const auto& [name, meant] : {std::pair("rnu", "run"), std::pair("adam", "dp-adam"), std::pair("jsn", "json"),
                                    std::pair("oscillators", "coupled-oscillators"), std::pair("plain-text", "text"),
                                    std::pair("dp-adma", "dp-adam"), std::pair("l", "lm")})
    EXPECT_EQ(nearest_name(name, known), meant) << name;
  EXPECT_EQ(nearest_name("x", {}), "");
}

TEST(Settings, AnUnknownKeyNamesTheNearest) {
  const std::string message =
      error_of([] { check_overrides(built_in(), {parse_override(built_in(), "kapa=1")}, {"heat"}, {"hig"}); });
  EXPECT_NE(message.find("did you mean 'kappa'?"), std::string::npos) << message;
  EXPECT_NE(error_of([] { (void)parse_override(built_in(), "higg.kappa=1"); }).find("did you mean 'hig'?"),
            std::string::npos);
  EXPECT_NE(error_of([] { (void)parse_override(built_in(), "kappa"); }).find("KEY=VALUE"), std::string::npos);
  EXPECT_NE(error_of([] {
              check_overrides(built_in(), {parse_override(built_in(), "heat.points=32")}, {"quadratic"}, {"hig"});
            }).find("not in the run"),
            std::string::npos);
}

TEST(Settings, ASettingWithoutEffectIsUnknown) {
  // The rule decides which settings exist: momentum means nothing to Adam.
  EXPECT_NE(error_of([] {
              check_overrides(built_in(), {parse_override(built_in(), "momentum=0.5")}, {"quadratic"}, {"dp-adam"});
            }),
            "no error");
  EXPECT_EQ(error_of([] {
              check_overrides(built_in(),
                              {parse_override(built_in(), "rule=momentum"), parse_override(built_in(), "momentum=0.5")},
                              {"quadratic"}, {"dp-adam"});
            }),
            "no error");
}

TEST(Settings, AMissedScopeSaysWhichWouldBeRight) {
  const auto refused = [](std::vector<std::string> texts) {
    std::vector<SettingOverride> changes;
    for (const std::string& text : texts) changes.push_back(parse_override(built_in(), text));
    return error_of([&] { check_overrides(built_in(), changes, {"heat", "scaled-fit"}, {"dp-adam", "hig"}); });
  };
  for (const char* scope : {"dp-adam.", "heat.dp-adam.", "dp-adam.heat."})
    EXPECT_NE(refused({std::string(scope) + "points=16"})
                  .find("'points' belongs to problem heat; write points=16 or heat.points=16"),
              std::string::npos)
        << refused({std::string(scope) + "points=16"});
  EXPECT_NE(refused({"heat.lambda=1"}).find("write lambda=1 or scaled-fit.lambda=1"), std::string::npos);
  EXPECT_NE(refused({"dp-adam.kappa=1"}).find("belongs to method hig; write kappa=1 or hig.kappa=1"),
            std::string::npos);
  EXPECT_NE(refused({"dp-adam.momentum=0.5"}).find("with rule=momentum, muon, rmsprop"), std::string::npos)
      << refused({"dp-adam.momentum=0.5"});
  EXPECT_EQ(refused({"heat.rate=1", "heat.points=8", "scaled-fit.hig.kappa=0"}), "no error");
}

TEST(Settings, FatesSayWhatDecidesAndWhyNot) {
  const auto fates = [](const std::string& problem, const std::string& method, std::vector<std::string> texts) {
    std::vector<SettingOverride> changes;
    for (const std::string& text : texts) changes.push_back(parse_override(built_in(), text));
    std::string kinds;
    for (const Fate& fate : override_fates(built_in(), problem, method, changes))
      kinds += "eukbd"[static_cast<int>(fate.kind)];
    return kinds;  // elsewhere, unknown, idle (k), beaten, decides
  };
  EXPECT_EQ(fates("heat", "dp-adam", {"rate=0.1", "dp-adam.rate=0.2", "pg.rate=1", "kappa=1"}), "bdeu");
  EXPECT_EQ(fates("heat", "hig", {"instance=true", "widths=64-8-64", "samples=8", "batch=4"}), "dkkk");
  EXPECT_EQ(fates("heat", "hig", {"kernel=svd", "accuracy=1e-3"}), "dk");
  EXPECT_EQ(fates("heat", "hig", {"kernel=gram", "accuracy=1e-3"}), "dd");
  EXPECT_EQ(fates("quadratic", "hig", {"batch=8"}), "k");
  EXPECT_EQ(fates("burgers", "dp-adam", {"inverse_damping=0.1"}), "k");
  EXPECT_EQ(fates("burgers", "pg", {"inverse_damping=0.1"}), "d");
  EXPECT_EQ(fates("burgers", "pg", {"inverse_damping=0.1", "inverse_method=marching", "inverse_cutoff=0.01"}), "kdd");
  EXPECT_EQ(fates("burgers", "pg", {"inverse_order=2", "batch=1", "dx_bound=1"}), "kdk");
}

TEST(Settings, OriginsAreStrongerThanScopes) {
  const auto rate = [](std::vector<SettingOverride> changes) {
    return std::get<double>(resolve_pair(built_in(), "heat", "hig", changes).used.at("rate"));
  };
  EXPECT_EQ(
      rate({parse_override(built_in(), "heat.hig.rate=0.5", Origin::file), parse_override(built_in(), "rate=0.25")}),
      0.25);
  EXPECT_EQ(rate({parse_override(built_in(), "heat.hig.rate=0.5", Origin::published),
                  parse_override(built_in(), "rate=0.25", Origin::file)}),
            0.25);
}

TEST(Settings, ACompositionIsAScope) {
  const std::string name = "compose:loss=gradient,physics=adjoint,network=adjoint,rule=sgd,rate=0.1";
  for (const std::string& scope : {name, std::string("compose:rate=0.1,rule=sgd")}) {
    const SettingOverride change = parse_override(built_in(), "heat." + scope + ".batch=8");
    EXPECT_EQ(change.problem, "heat");
    EXPECT_EQ(change.method, name);
    EXPECT_EQ(change.key, "batch");
    EXPECT_EQ(std::get<std::string>(change.value), "8");
    EXPECT_EQ(to_text(parse_override(built_in(), to_text(change))), "heat." + name + ".batch=8");
  }
  EXPECT_EQ(split_setting("compose:rule=sgd.target_file=a.b=c"),
            (std::pair<std::string, std::string>{"compose:rule=sgd.target_file", "a.b=c"}));
  for (const char* wrong : {"compose:rule=sgd", "compose:rule=sgd.", "heat.=1", "=1", "compose:rule=sgdd.batch=1"})
    EXPECT_THROW((void)parse_override(built_in(), wrong), UsageError) << wrong;
}

TEST(Settings, AGivenBatchIsNotCut) {
  const auto error = [](std::vector<std::string> texts) {
    std::vector<SettingOverride> changes;
    for (const std::string& text : texts) changes.push_back(parse_override(built_in(), text));
    return error_of([&] { (void)resolve_pair(built_in(), "heat", "hig", changes); });
  };
  EXPECT_NE(error({"samples=8", "batch=16"}).find("at most its 8 training samples"), std::string::npos);
  EXPECT_EQ(error({"samples=8", "batch=8"}), "no error");
  EXPECT_EQ(error({"samples=4"}), "no error");  // the catalogue's own batch is
}

TEST(Settings, MoreScopesWinAndThenTheLater) {
  const auto rate = [](std::vector<std::string> texts) {
    std::vector<SettingOverride> changes;
    for (const std::string& text : texts) changes.push_back(parse_override(built_in(), text));
    return std::get<double>(resolve_pair(built_in(), "heat", "hig", changes).used.at("rate"));
  };
  EXPECT_EQ(rate({"hig.rate=0.5", "rate=0.25"}), 0.5);
  EXPECT_EQ(rate({"rate=0.5", "rate=0.25"}), 0.25);
  EXPECT_EQ(rate({"heat.hig.rate=0.5", "hig.rate=0.25"}), 0.5);
}

TEST(Settings, WidthsFollowTheProblemAndMustFitWhenGiven) {
  const auto widths = [](const std::string& text) {
    const Problem problem = resolve_pair(built_in(), "heat", "hig", {parse_override(built_in(), text)}).problem;
    return std::get<std::vector<double>>(problem.network->description().at("widths"));
  };
  EXPECT_EQ(widths("points=32").front(), 32);
  EXPECT_EQ(widths("points=32").back(), 32);
  EXPECT_EQ(widths("widths=64-10-64"), (std::vector<double>{64, 10, 64}));
  EXPECT_NE(error_of([&] { (void)widths("widths=32-10-64"); }).find("64 at the start"), std::string::npos);
}

}  // namespace
}  // namespace physgrad::testing
