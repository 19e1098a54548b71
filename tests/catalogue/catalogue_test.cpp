// A catalogue is a value: what is added to one is in that one, under names that are free.
#include "physgrad/catalogue/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/study/plan.hpp"
#include "physgrad/study/spec.hpp"

namespace physgrad::testing {
namespace {

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

ProblemEntry renamed(const std::string& problem, const std::string& name, const std::string& digest = {}) {
  ProblemEntry entry = built_in().problem(problem);
  entry.name = name;
  entry.digest = digest;
  return entry;
}

TEST(Catalogue, BuiltInIsEveryFile) {
  const std::filesystem::path root = PHYSGRAD_SOURCE_DIR;
  const auto files = [](const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".cpp") names.push_back(entry.path().stem());
    std::ranges::sort(names);
    return names;
  };
  EXPECT_EQ(built_in().problem_names(), files(root / "problems"));
  EXPECT_EQ(built_in().method_names(), files(root / "src" / "methods"));
}

TEST(Catalogue, HasWhatIsAddedToIt) {
  Catalogue mine = built_in();
  mine.add(renamed("quadratic", "parabola"));
  MethodEntry method = built_in().method("gn");
  method.name = "mine";
  mine.add(method);
  EXPECT_EQ(problem_facts(mine, "parabola").summary, problem_facts(built_in(), "quadratic").summary);
  EXPECT_EQ(resolve_pair(mine, "parabola", "mine", {parse_override(mine, "parabola.mine.rate=0.5")}).given.size(), 1U);
  EXPECT_NE(refusal([&] { (void)mine.problem("parabole"); }).find("did you mean 'parabola'?"), std::string::npos);
  EXPECT_FALSE(refusal([] { (void)built_in().problem("parabola"); }).empty());
  EXPECT_FALSE(refusal([] { (void)built_in().method("mine"); }).empty());
}

TEST(Catalogue, RefusesNamesThatAreTakenOrNoNames) {
  Catalogue mine = built_in();
  EXPECT_EQ(refusal([&] { mine.add(renamed("quadratic", "heat")); }),
            "a problem cannot be called 'heat': the catalogue has a problem of this name");
  EXPECT_EQ(refusal([&] {
              mine.add(MethodEntry{"heat", built_in().method("gn").definition});
            }),
            "a method cannot be called 'heat': the catalogue has a problem of this name");
  EXPECT_EQ(refusal([&] { mine.add(renamed("quadratic", "gn")); }),
            "a problem cannot be called 'gn': the catalogue has a method of this name");
  for (const char* name : {"", "all", "Wave", "my_wave", "a.b", "compose:rule=sgd"})
    EXPECT_NE(refusal([&] { mine.add(renamed("quadratic", name)); }).find("lower-case letters"), std::string::npos)
        << name;
  EXPECT_EQ(mine.problem_names(), built_in().problem_names());
}

TEST(Catalogue, OfOneProblemIsEnough) {
  Catalogue mine;
  mine.add(built_in().problem("quadratic"));
  mine.add(built_in().method("gn"));
  // A method that is a composition takes its parts with it.
  EXPECT_THROW((void)make_plan(mine, {}), UsageError);
  for (const Part& part : built_in().parts().parts())
    mine.add(PartEntry{part.place, part.word, [definition = part.definition] { return definition; }});
  const Plan plan = make_plan(mine, {});
  EXPECT_EQ(plan.problems, std::vector<std::string>{"quadratic"});
  EXPECT_EQ(plan.methods, std::vector<std::string>{"gn"});
  EXPECT_EQ(default_suite_text(mine), "quadratic x gn");
}

TEST(Catalogue, ProgramsAreToldApartByTheSourcesTheyAdd) {
  const auto program = [](const std::string& digest) {
    Catalogue mine = built_in();
    mine.add(renamed("quadratic", "parabola", digest));
    return program_of(mine);
  };
  EXPECT_EQ(built_in().digest(), "");
  EXPECT_EQ(program("1"), program("1"));
  EXPECT_NE(program("1"), program("2"));
  EXPECT_NE(program("1"), program_of(built_in()));
  EXPECT_TRUE(program("1").starts_with(program_of(built_in()) + "+"));
}

}  // namespace
}  // namespace physgrad::testing
