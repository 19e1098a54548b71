// The table of parts, and what definitions say of each other.
#include "physgrad/update/part.hpp"

#include <gtest/gtest.h>

#include "built_in.hpp"
#include "physgrad/update/compose.hpp"

namespace physgrad::testing {
namespace {

class Still final : public Rule {
 public:
  void update(const Vector& gradient, const Parameters& /*at*/, Vector& out) override {
    out = Vector::Zero(gradient.size());
  }
  [[nodiscard]] double bytes(Index /*parameters*/) const override { return 0; }
};

PartDefinition still_rule(std::vector<SettingSpec> settings = {}) {
  return {.summary = "does not move", .citation = "none", .settings = std::move(settings), .make = [](const Settings&) {
            return std::make_unique<Still>();
          }};
}

MethodDefinition with(Composition composition) {
  MethodDefinition definition;
  definition.composition = std::move(composition);
  return definition;
}

TEST(PartTable, FindsWordsAtTheirPlacesAndJointPartsAtBoth) {
  PartTable parts = built_in().parts();
  parts.add(Place::rule, "still", still_rule());
  EXPECT_TRUE(contains(parts.words(Place::rule), "still"));
  EXPECT_EQ(&parts.find(Place::physics, "joint"), &parts.find(Place::network, "joint"));
  EXPECT_NE(&parts.find(Place::physics, "adjoint"), &parts.find(Place::network, "adjoint"));
  EXPECT_EQ(composition_words(parts, "rule"), parts.words(Place::rule));
  EXPECT_THROW((void)composition_words(parts, "joint"), UsageError);
  EXPECT_THROW((void)parts.find(Place::rule, "damped"), UsageError);
}

TEST(PartTable, RefusesAWordThatIsTakenAndWhatDoesNotFitThePlace) {
  PartTable parts = built_in().parts();
  EXPECT_THROW(parts.add(Place::rule, "sgd", still_rule()), std::logic_error);
  EXPECT_THROW(parts.add(Place::search, "still", still_rule()), std::logic_error);
  EXPECT_THROW(parts.add(Place::rule, "empty", {}), std::logic_error);
  // A joint word would stand where another part stands.
  PartDefinition joint = parts.find(Place::joint, "joint").definition;
  EXPECT_THROW(parts.add(Place::joint, "half-inverse", joint), std::logic_error);
  EXPECT_NO_THROW(parts.add(Place::joint, "sgd", joint));
}

TEST(Composition, TakesAPartThatTheTableGot) {
  PartTable parts = built_in().parts();
  parts.add(Place::rule, "still", still_rule({real_setting("patience", 2, 0, 9, "of a rule that does not move")}));
  const MethodDefinition definition = with({.rule = "still"});
  const Settings settings = method_settings(parts, definition);
  EXPECT_EQ(settings.real("patience"), 2);
  EXPECT_TRUE(method_settings(parts, with({}), {{"rule", "still"}}).knows("patience"));
  EXPECT_FALSE(method_settings(parts, with({})).knows("patience"));
  EXPECT_NO_THROW((void)make_method(parts, definition, settings));
  EXPECT_THROW((void)method_settings(built_in().parts(), definition), UsageError);
}

TEST(Composition, NoTwoPartsShareAKey) {
  PartTable parts = built_in().parts();
  parts.add(Place::rule, "still", still_rule({real_setting("precision", 2, 0, 9, "the network step has it")}));
  EXPECT_THROW((void)method_settings(parts, with({.rule = "still"})), std::logic_error);
}

TEST(Composition, ConstantsAreNotOffered) {
  MethodDefinition definition = with({.physics = "inverse", .rule = "sgd"});
  definition.constants = {{"rule", std::string("sgd")}, {"rate", 0.5}};
  EXPECT_TRUE(free_places(definition).empty());
  const Settings settings = method_settings(built_in().parts(), definition);
  for (const char* key : {"rule", "rate"}) EXPECT_FALSE(settings.knows(key)) << key;
  EXPECT_TRUE(settings.knows("eta"));
  EXPECT_NO_THROW((void)make_method(built_in().parts(), definition, settings));
}

TEST(Composition, AFreeSearchIsASettingThatBringsItsOwn) {
  MethodDefinition definition = with({.loss = "newton", .physics = "joint", .network = "joint", .rule = "sgd"});
  EXPECT_FALSE(method_settings(built_in().parts(), definition).knows("search"));
  definition.free_search = true;
  EXPECT_EQ(free_places(definition), (std::vector<std::string>{"rule", "search"}));
  const Settings fixed = method_settings(built_in().parts(), definition);
  EXPECT_EQ(fixed.text("search"), "fixed");
  EXPECT_FALSE(fixed.knows("trials"));
  EXPECT_EQ(method_settings(built_in().parts(), definition, {{"search", "grid"}}).integer("trials"), 31);
  EXPECT_EQ(method_settings(built_in().parts(), definition, {{"search", "backtracking"}}).integer("trials"), 10);
  EXPECT_EQ(method_settings(built_in().parts(), definition, {{"search", "model"}}).integer("trials"), 10);
  // A search that asks for what the other parts lack is no choice.
  EXPECT_THROW((void)method_settings(built_in().parts(), definition, {{"search", "damping"}}), UsageError);
  definition.composition.physics = definition.composition.network = "damped";
  EXPECT_EQ(method_settings(built_in().parts(), definition, {{"search", "damping"}}).text("search"), "damping");
}

TEST(Composition, ARuleThatASearchCannotUseIsRefusedAlsoWhereItIsASetting) {
  const MethodDefinition definition =
      with({.loss = "newton", .physics = "damped", .network = "damped", .rule = "sgd", .search = "damping"});
  EXPECT_NO_THROW((void)make_method(built_in().parts(), definition, method_settings(built_in().parts(), definition)));
  EXPECT_THROW((void)make_method(built_in().parts(), definition,
                                 method_settings(built_in().parts(), definition, {{"rule", "adam"}})),
               UsageError);
}

}  // namespace
}  // namespace physgrad::testing
