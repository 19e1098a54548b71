// A cell as one value: what a plan makes of it is what its process reads, for every pair, and nothing is guessed.
#include "physgrad/study/spec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "built_in.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {
namespace {

Plan plan_of(const std::vector<std::string>& problems, const std::vector<std::string>& methods) {
  RunRequest request;
  request.problems = problems;
  request.methods = methods;
  request.seeds = "18446744073709551615,";
  return make_plan(built_in(), request);
}

CellSpec some_spec() { return plan_of({"heat"}, {"hig"}).spec_of({"heat", "hig", 18446744073709551615u}); }

/// What is wrong with the edited text of a specification.
std::string complaint(const std::function<void(Json&)>& edit) {
  Json json = Json::parse(run_line(some_spec()));
  edit(json);
  try {
    (void)pair_of(built_in(), parse_run_line(json.dump(), "standard input"));
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(CellSpec, SurvivesItsTextForEveryPairOfTheCatalogue) {
  const Plan plan = plan_of({"all"}, {"all", "compose:physics=joint,network=joint,rule=sgd,kappa=0.75"});
  for (const CellKey& cell : plan.cells) {
    const CellSpec planned = plan.spec_of(cell), read = parse_run_line(run_line(planned), "text");
    EXPECT_EQ(run_line(read), run_line(planned));
    EXPECT_EQ(read.key, cell);
    if (cell.problem != "heat" && cell.method != "gn") continue;  // building every pair again takes long
    const ResolvedPair pair = pair_of(built_in(), read);
    EXPECT_EQ(pair.used, planned.used) << cell.problem << " " << cell.method;
    EXPECT_EQ(pair.given, planned.given) << cell.problem << " " << cell.method;
  }
}

TEST(CellSpec, NoSettingBelongsToProblemAndMethod) {
  for (const std::string& problem : built_in().problem_names())
    for (const std::string& method : built_in().method_names()) {
      const Plan plan = plan_of({problem}, {method});
      const CellSpec spec = plan.spec_of(plan.cells.front());
      for (const SettingSpec& setting : method_facts(built_in(), method).settings)
        EXPECT_EQ(std::ranges::find(spec.problem_settings, setting.key), spec.problem_settings.end())
            << problem << " " << method << " " << setting.key;
    }
}

TEST(CellSpec, IsRefusedWhereItDoesNotFit) {
  EXPECT_EQ(complaint([](Json&) {}), "");
  EXPECT_NE(complaint([](Json& json) { json["sed"] = 1; }).find("unknown key 'sed'; did you mean 'seed'?"),
            std::string::npos);
  EXPECT_NE(complaint([](Json& json) { json["problem"] = "heart"; }).find("did you mean 'heat'?"), std::string::npos);
  // Cells were written before there was an average, and mean what held then.
  EXPECT_EQ(complaint([](Json& json) { json["settings"]["used"].erase("average"); }), "");
  EXPECT_NE(complaint([](Json& json) { json["settings"]["used"].erase("tau"); }).find("setting 'tau' is missing"),
            std::string::npos);
  EXPECT_NE(complaint([](Json& json) { json["settings"]["used"]["taw"] = 1; }).find("did you mean 'tau'?"),
            std::string::npos);
  EXPECT_NE(complaint([](Json& json) { json["settings"]["used"]["tau"] = 2; }).find("setting 'tau'"),
            std::string::npos);
  EXPECT_NE(complaint([](Json& json) { json["type"] = "end"; }).find("expected run"), std::string::npos);
  EXPECT_NE(complaint([](Json& json) { json.erase("problem"); }).find("key 'problem' is missing"), std::string::npos);
}

TEST(CellSpec, ThreadsArePartOfItUnlessThereIsOne) {
  const CellSpec one = some_spec();
  const auto on = [&](int threads) {
    CellLimits limits = one.limits;
    limits.threads = threads;
    return spec_of(built_in(), one.key, limits, pair_of(built_in(), one));
  };
  EXPECT_EQ(run_line(on(1)), run_line(one));
  EXPECT_EQ(run_line(one).find("threads"), std::string::npos);
  EXPECT_NE(on(2).task_id, one.task_id);
  EXPECT_NE(on(2).setup_id, one.setup_id);
  EXPECT_NE(on(3).task_id, on(2).task_id);
  EXPECT_EQ(parse_run_line(run_line(on(2)), "text").limits.threads, 2);
  EXPECT_NE(complaint([](Json& json) { json["limits"]["threads"] = 2; }).find("the cell's task_id is "),
            std::string::npos);
}

TEST(CellSpec, ItsIdentitiesAreHeldAgainstWhatIsBuilt) {
  const auto slower = [](Json& json) { json["settings"]["used"]["rate"] = 0.125; };
  EXPECT_NE(complaint(slower).find("the cell's setup_id is "), std::string::npos);
  EXPECT_NE(complaint([](Json& json) { json["limits"]["steps"] = 11; }).find("the cell's task_id is "),
            std::string::npos);
  EXPECT_EQ(complaint([&](Json& json) {
              slower(json);
              json.erase("task_id");
              json.erase("setup_id");
            }),
            "");
}

}  // namespace
}  // namespace physgrad
