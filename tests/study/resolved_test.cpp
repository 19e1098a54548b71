// The study file of a run says the run again, whatever the defaults are.
#include "physgrad/study/resolved.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "built_in.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/run_header.hpp"

namespace physgrad {
namespace {

Plan plan_from(const Json& config, RunRequest request = {}) {
  return make_plan(built_in(), with_config(std::move(request), JsonView(config, "c.json")));
}

Json study_of(const Plan& plan) { return Json::parse(study_text(plan, run_header(plan, {"physgrad-bench", "run"}))); }

std::string study_complaint(const Json& config, RunRequest request = {}) {
  try {
    (void)plan_from(config, std::move(request));
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

const Json kSmall = {{"problems", {"quadratic", "two-body"}},
                     {"methods", {"gn", "hig"}},
                     {"seeds", {3, 1}},
                     {"steps", 5},
                     {"memory_limit", "1G"},
                     {"jobs", 2},
                     {"timing", true},
                     {"settings", {{"hig.kappa", 0.7}}},
                     {"sweep", {{"gn", {{"rate", {0.5, 1}}}}}}};

void expect_same(const Plan& a, const Plan& b) {
  EXPECT_EQ(a.cells, b.cells);
  ASSERT_EQ(a.tasks.size(), b.tasks.size());
  for (const auto& [key, task] : a.tasks) {
    EXPECT_EQ(run_line(task.spec), run_line(b.task_of(key).spec));
    EXPECT_EQ(task.skip_reason, b.task_of(key).skip_reason);
  }
  EXPECT_EQ(a.profile, b.profile);
  EXPECT_EQ(a.limits.settings, b.limits.settings);
  EXPECT_EQ(a.problems, b.problems);
  EXPECT_EQ(a.methods, b.methods);
  EXPECT_EQ(a.seeds, b.seeds);
  EXPECT_EQ(a.jobs, b.jobs);
  EXPECT_EQ(a.timing, b.timing);
}

TEST(StudyFile, SaysTheRunAgain) {
  for (const Json& config : {kSmall, Json{{"profile", "paper"}}, Json{{"budget", 1}, {"problems", "heat,quadratic"}},
                             Json{{"steps", 3}, {"target_stop", true}, {"timeout", 9}}}) {
    SCOPED_TRACE(config.dump());
    const Plan plan = plan_from(config);
    const Json study = study_of(plan);
    expect_same(plan, plan_from(study));
    EXPECT_EQ(study_of(plan_from(study))["resolved"]["tasks"], study["resolved"]["tasks"]);
  }
}

TEST(StudyFile, SaysEverySetting) {
  const Json study = study_of(plan_from(kSmall));
  for (const Json& task : study["resolved"]["tasks"]) {
    EXPECT_FALSE(task["settings"]["used"].empty());
    EXPECT_EQ(task["limits"]["steps"], 5);
    EXPECT_EQ(task["task_id"].get<std::string>().size(), 16u);
  }
  // A program with other defaults would not measure other cells under these names: it would say so.
  Json changed = study;
  changed["resolved"]["tasks"][0]["settings"]["used"].erase("batch");
  EXPECT_NE(study_complaint(changed).find("batch"), std::string::npos) << study_complaint(changed);
  changed = study;
  changed["resolved"]["tasks"][0]["limits"]["steps"] = 6;
  EXPECT_NE(study_complaint(changed).find("quadratic gn: the cell's task_id"), std::string::npos)
      << study_complaint(changed);
}

TEST(StudyFile, TakesTheOptionsThatChangeNoTask) {
  const Plan plan = plan_from(kSmall);
  const Json study = study_of(plan);
  RunRequest request;
  request.problems = {"quad*"};
  request.methods = {"hig"};
  request.seeds = "7,";
  request.jobs = 1;
  request.out = "there";
  const Plan part = plan_from(study, request);
  ASSERT_EQ(part.cells.size(), 1u);
  EXPECT_EQ(part.cells[0], (CellKey{"quadratic", "hig", 7}));
  EXPECT_EQ(part.task_of(part.cells[0]).spec.setup_id, plan.task_of(part.cells[0]).spec.setup_id);
  EXPECT_EQ(part.jobs, 1);
  EXPECT_EQ(part.directory, "there");
  EXPECT_EQ(part.profile, "custom");
}

TEST(StudyFile, RefusesOptionsThatWouldChangeATask) {
  const Json study = study_of(plan_from(kSmall));
  const auto refused = [&](const std::function<void(RunRequest&)>& change, const char* part) {
    RunRequest request;
    change(request);
    EXPECT_NE(study_complaint(study, request).find(part), std::string::npos)
        << part << ": " << study_complaint(study, request);
  };
  refused([](RunRequest& r) { r.sets = {"hig.kappa=0.5"}; }, "--set has no effect");
  refused([](RunRequest& r) { r.sweeps = {"hig.kappa=0.5,1"}; }, "--sweep has no effect");
  refused([](RunRequest& r) { r.steps = 7; }, "--steps has no effect");
  refused([](RunRequest& r) { r.budget = 7; }, "--budget has no effect");
  refused([](RunRequest& r) { r.profile = "paper"; }, "--profile has no effect");
  refused([](RunRequest& r) { r.target_stop = false; }, "--target-stop has no effect");
  refused([](RunRequest& r) { r.threads = 1; }, "--threads has no effect");
  refused([](RunRequest& r) { r.problems = {"heat"}; }, "unknown problem of the study 'heat'");
  refused([](RunRequest& r) { r.jobs = 1000; }, "--jobs cannot be 1000");
  for (const char* key : {"problems", "settings", "steps", "threads", "tuning"}) {
    Json both = study;
    both[key] = kSmall.contains(key) ? kSmall[key] : Json::object();
    EXPECT_NE(study_complaint(both).find("has no effect beside 'resolved'"), std::string::npos)
        << study_complaint(both);
  }
}

TEST(StudyFile, HasOneNumberOfThreads) {
  Json study = study_of(plan_from(kSmall));
  study["resolved"]["tasks"][1]["limits"]["threads"] = 2;
  EXPECT_NE(study_complaint(study).find("tasks[1]: the task has threads 2 and the run 1"), std::string::npos)
      << study_complaint(study);
}

TEST(StudyFile, WithoutTasksIsAnError) {
  Json study = study_of(plan_from(kSmall));
  study["resolved"]["tasks"].push_back(study["resolved"]["tasks"][0]);
  EXPECT_NE(study_complaint(study).find("appears twice"), std::string::npos);
  study["resolved"]["tasks"] = Json::array();
  EXPECT_NE(study_complaint(study).find("at least one task"), std::string::npos);
  study["resolved"] = Json::object();
  EXPECT_NE(study_complaint(study).find("schema_version"), std::string::npos);
}

TEST(StudyFile, KeepsWhatTheSearchForSettingsCost) {
  Json config = kSmall;
  config["tuning"] = {{"seeds", {100}},
                      {"pairs", {{{"problem", "quadratic"}, {"method", "gn"}, {"trials", {1, 2}}, {"seconds", 3.5}}}}};
  const Json study = study_of(plan_from(config));
  const Plan again = plan_from(study);
  ASSERT_EQ(again.tuning.size(), 1u);
  EXPECT_EQ(again.tuning[0].trials, 2);
  EXPECT_EQ(again.tuning[0].seconds, 3.5);
  RunRequest request;
  request.seeds = "100,";
  EXPECT_NE(study_complaint(study, request).find("tuned on"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
