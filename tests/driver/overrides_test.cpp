// What is given takes effect or is refused; the command line beats the file; what one verb writes every verb reads.
#include <algorithm>

#include "built_in.hpp"
#include "driver/driver_process.hpp"
#include "physgrad/catalogue/facts.hpp"
#include "physgrad/catalogue/overrides.hpp"
#include "physgrad/catalogue/pair.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/files/settings_json.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {
namespace {

/// A request for heat with dp-adam and hig.
RunRequest request_of(std::vector<std::string> sets, std::vector<std::string> sweeps = {}) {
  RunRequest request;
  request.problems = {"heat"};
  request.methods = {"dp-adam", "hig"};
  request.sets = std::move(sets);
  request.sweeps = std::move(sweeps);
  return request;
}

std::string error_of(const RunRequest& request) {
  try {
    (void)make_plan(built_in(), request);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

RunRequest with_file(const std::string& json, RunRequest request) {
  const Json tree = parse_json(json, "c.json");
  return with_config(std::move(request), JsonView(tree, "c.json"));
}

/// What a cell gets to hear: the limits' texts as the command line of the cell.
double used(const Plan& plan, const std::string& method, const std::string& key) {
  std::vector<SettingOverride> overrides;
  for (const std::string& text : plan.limits.settings) overrides.push_back(parse_override(built_in(), text));
  return std::get<double>(resolve_pair(built_in(), plan.problems.front(), method, overrides).used.at(key));
}

void expect_refused(const RunRequest& request, const std::string& part) {
  EXPECT_NE(error_of(request).find(part), std::string::npos) << part << "\n" << error_of(request);
}

TEST(Overrides, OneWithoutEffectIsRefusedWithTheReason) {
  expect_refused(request_of({"dp-adam.points=16"}),
                 "'points' belongs to problem heat; write points=16 or heat.points=16");
  expect_refused(request_of({"heat.dp-adam.points=16"}), "write points=16 or heat.points=16");
  expect_refused(request_of({"dp-adam.kappa=0.7"}), "write kappa=0.7 or hig.kappa=0.7");
  expect_refused(request_of({"dp-adam.momentum=0.7"}), "rule=momentum");
  expect_refused(request_of({"rate=0.1", "dp-adam.rate=0.2", "hig.rate=0.3"}), "'dp-adam.rate=0.2' is stronger");
  expect_refused(request_of({"rate=0.1", "heat.rate=0.2"}), "'heat.rate=0.2' is stronger");
  expect_refused(request_of({"rate=0.1", "rate=0.2"}), "given twice");
  expect_refused(request_of({"heat.hig.rate=0.1", "hig.heat.rate=0.2"}), "given twice");
  expect_refused(request_of({"instance=true", "widths=64-8-64"}), "instance=true solves for one sample");
  expect_refused(request_of({"hig.kernel=svd", "hig.accuracy=0.1"}), "kernel=svd");
  expect_refused(request_of({"samples=8", "batch=16"}), "at most its 8 training samples");
  expect_refused(request_of({}, {"dp-adam.points=8,16"}), "write points=8 or heat.points=8");
  expect_refused(request_of({"hig.kernel=svd"}, {"accuracy=0.1,0.2"}), "kernel=svd");
  expect_refused(request_of({"points=8"}, {"dp-adam.kappa=1,0.5"}), "belongs to method hig");
  EXPECT_EQ(error_of(request_of({"rate=0.1", "dp-adam.rate=0.2", "heat.points=16", "kappa=0.7"})), "no error");
}

TEST(Overrides, OneForPairsThatCannotRunIsRefused) {
  RunRequest request = request_of({"pg.eta=0.5"});
  request.problems = {"poisson", "quantum-dipole"};
  request.methods = {"dp-adam", "pg"};
  for (const std::string& problem : request.problems)
    if (!skip_reason(built_in(), problem, "pg").empty()) {
      request.problems = {problem};
      expect_refused(request, "pg needs an inverse simulator");
    }
  RunRequest one_sample = request_of({"batch=8"});
  one_sample.problems = {"quadratic"};
  expect_refused(one_sample, "quadratic has one sample");
  one_sample.problems = {"quadratic", "heat"};
  EXPECT_EQ(error_of(one_sample), "no error");
}

TEST(Overrides, SweepsOfRulesBringTheirSettings) {
  RunRequest request = request_of({}, {"momentum=0.5,0.9", "rule=sgd,momentum"});
  request.methods = {"dp-sgd"};
  request.seeds = "1";
  const Plan plan = make_plan(built_in(), request);
  std::vector<std::string> sweeps;
  for (const CellKey& cell : plan.cells) sweeps.push_back(cell.method_sweep);
  EXPECT_EQ(sweeps, (std::vector<std::string>{"rule=sgd", "rule=momentum momentum=0.5", "rule=momentum momentum=0.9"}));
}

TEST(Overrides, SweepsOfSchedulesBringTheirSettings) {
  for (const std::vector<std::string>& sweep : {std::vector<std::string>{"warmup=0.05,0.2", "schedule=cosine,constant"},
                                                {"schedule=constant,cosine", "warmup=0.05,0.2"}}) {
    RunRequest request = request_of({}, sweep);
    request.methods = {"dp-adam"};
    request.seeds = "1";
    EXPECT_EQ(make_plan(built_in(), request).cells.size(), 3U);
  }
}

TEST(Overrides, KeysThatAPartAndARefusedRuleShareAreAClearRefusal) {
  for (const std::string method : {"spring", "compose:loss=newton,physics=spring,network=spring,rule=sgd"}) {
    RunRequest request = request_of({"nesterov=true"});
    request.methods = {method};
    EXPECT_NE(error_of(request).find("nesterov"), std::string::npos) << error_of(request);
  }
  RunRequest request = request_of({"schedule=cosine"});
  request.methods = {"lm"};
  expect_refused(request, "'schedule' goes with the rule of a composition whose search is not damping");
  request = request_of({"gn.search=gridd"});
  request.methods = {"gn"};
  expect_refused(request, "grid");
  EXPECT_EQ(error_of(request).find("damping"), std::string::npos) << error_of(request);
}

TEST(Overrides, TheCommandLineBeatsTheFileHoweverItIsScoped) {
  const char* file = R"({"settings": {"heat.hig.rate": 0.01, "heat": {"dp-adam": {"rate": 0.02}}, "hig.kappa": 0.9}})";
  Plan plan = make_plan(built_in(), with_file(file, request_of({"rate=0.5"})));
  EXPECT_EQ(used(plan, "hig", "rate"), 0.5);
  EXPECT_EQ(used(plan, "dp-adam", "rate"), 0.5);
  EXPECT_EQ(used(plan, "hig", "kappa"), 0.9);
  plan = make_plan(built_in(), with_file(file, request_of({"hig.rate=0.5"})));
  EXPECT_EQ(used(plan, "hig", "rate"), 0.5);
  EXPECT_EQ(used(plan, "dp-adam", "rate"), 0.02);
  // A wide key of the file under a narrow one of the command line.
  plan = make_plan(built_in(), with_file(R"({"settings": {"rate": 0.3}})", request_of({"heat.hig.rate=0.5"})));
  EXPECT_EQ(used(plan, "hig", "rate"), 0.5);
  EXPECT_EQ(used(plan, "dp-adam", "rate"), 0.3);
  // Problem against method: neither covers the other, the command line still wins.
  plan = make_plan(built_in(), with_file(R"({"settings": {"heat.rate": 0.3}})", request_of({"hig.rate=0.5"})));
  EXPECT_EQ(used(plan, "hig", "rate"), 0.5);
  EXPECT_EQ(used(plan, "dp-adam", "rate"), 0.3);
}

TEST(Overrides, SweepsAndSettingsOfFileAndCommandLine) {
  const auto sweeps = [](const Plan& plan) {
    std::vector<std::string> texts;
    for (const CellKey& cell : plan.cells)
      if (cell.seed == 0) texts.push_back(cell.method + " " + cell.problem_sweep + cell.method_sweep);
    return texts;
  };
  using Texts = std::vector<std::string>;
  Plan plan = make_plan(built_in(), with_file(R"({"settings": {"heat.hig.rate": 0.3}})", request_of({}, {"rate=1,2"})));
  EXPECT_EQ(sweeps(plan), (Texts{"dp-adam rate=1", "dp-adam rate=2", "hig rate=1", "hig rate=2"}));
  EXPECT_TRUE(plan.limits.settings.empty());
  plan = make_plan(built_in(), with_file(R"({"sweep": {"rate": [1, 2]}})", request_of({"rate=3"})));
  EXPECT_EQ(sweeps(plan), (Texts{"dp-adam ", "hig "}));
  plan = make_plan(built_in(), with_file(R"({"sweep": {"heat": {"rate": [1, 2]}}})", request_of({"hig.rate=3"})));
  EXPECT_EQ(sweeps(plan), (Texts{"dp-adam heat.rate=1", "dp-adam heat.rate=2", "hig "}));
  EXPECT_EQ(used(plan, "hig", "rate"), 3);
  plan = make_plan(built_in(),
                   with_file(R"({"sweep": {"rate": [1, 2], "points": [8, 16]}})", request_of({}, {"rate=5,6"})));
  EXPECT_EQ(plan.cells.size(), 3u * 2 * 2 * 2);
  EXPECT_NE(error_of(with_file(R"({"sweep": {"rate": [1, 2]}, "settings": {"hig.rate": 1}})", request_of({})))
                .find("both set and swept"),
            std::string::npos);
}

TEST(Overrides, FlagsOfTheCommandLineBeatTheFile) {
  const char* file = R"({"problems": ["quadratic"], "methods": ["gn"], "profile": "standard", "seeds": [7], "budget": 9,
                         "steps": 5, "timeout": 3, "memory_limit": "1G", "target_stop": true})";
  RunRequest request;
  request.steps = 10;
  request.target_stop = false;
  request.seeds = "1,";
  request.memory_limit = "2e6";
  Plan plan = make_plan(built_in(), with_file(R"({"problems": ["quadratic"], "methods": ["gn"], "budget": 9, "steps": 5,
                                             "target_stop": true, "seeds": [7], "memory_limit": "1G"})",
                                              request));
  EXPECT_EQ(plan.limits.steps, 10);
  EXPECT_TRUE(std::isnan(plan.limits.budget_seconds));
  EXPECT_FALSE(plan.limits.target_stop);
  EXPECT_EQ(plan.seeds, std::vector<std::uint64_t>{1});
  EXPECT_EQ(plan.limits.memory_bytes, 2e6);
  RunRequest budget;
  budget.budget = 0.5;
  plan = make_plan(built_in(), with_file(R"({"problems": ["quadratic"], "methods": ["gn"], "steps": 5})", budget));
  EXPECT_TRUE(std::isnan(plan.limits.steps));
  EXPECT_EQ(plan.limits.budget_seconds, 0.5);
  expect_refused(with_file(file, {}), "--profile standard has no effect");
  RunRequest quick;
  quick.profile = "quick";
  EXPECT_EQ(make_plan(built_in(), with_file(file, quick)).problems.size(), 4u);
  RunRequest both;
  both.problems = {"heat"};
  both.methods = {"pg"};
  EXPECT_EQ(make_plan(built_in(), with_file(file, both)).profile, "custom");
}

TEST(Overrides, AFileMayHoldMoreThanTheCommandLineRuns) {
  const char* file = R"({"problems": ["heat", "burgers"], "methods": ["dp-adam", "hig"],
                         "settings": {"burgers.hig.rate": 0.3, "heat.dp-adam.rate": 0.2, "hig.kappa": 0.7}})";
  RunRequest request;
  request.problems = {"heat"};
  request.methods = {"dp-adam"};
  EXPECT_EQ(make_plan(built_in(), with_file(file, request)).limits.settings,
            std::vector<std::string>{"heat.dp-adam.rate=0.2"});
  const char* wrong = R"({"problems": ["heat"], "methods": ["dp-adam"], "settings": {"dp-adam": {"points": 16}}})";
  expect_refused(with_file(wrong, {}), "write points=16 or heat.points=16");
  expect_refused(with_file(R"({"settings": {"rate": 0.1, "dp-adam.rate": 1, "hig.rate": 1}})", request_of({})),
                 "is stronger");
}

TEST(Overrides, EmptyEntriesOfAFileAreRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"problems": []})", "problems"},
      {R"({"problems": ""})", "problems"},
      {R"({"methods": []})", "methods"},
      {R"({"methods": ""})", "methods"},
      {R"({"seeds": []})", "seeds"},
      {R"({"settings": []})", "settings"},
      {R"({"settings": {"heat": {}}})", "settings.heat"},
      {R"({"sweep": {}})", "sweep"},
      {R"({"sweep": {"rate": []}})", "sweep.rate"},
      {R"({"profile": ""})", "profile"},
      {R"({"memory_limit": ""})", "memory_limit"},
      {R"({"budget": null})", "budget"},
      {R"({"settings": {"widths": []}})", "settings.widths"},
      {R"({"steps": 9007199254740993})", "steps"},
      {R"({"steps": 1.5})", "steps"},
      {R"({"seeds": [18446744073709551616]})", "18446744073709551615"}};
  for (const auto& [file, key] : cases) {
    try {
      (void)with_file(file, {});
      ADD_FAILURE() << file;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(std::string("c.json: ")), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(key), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(with_file(R"({"steps": 1e3})", {}).steps, 1000);
  EXPECT_TRUE(with_file(R"({"settings": {}})", {}).file.sets.empty());  // as a search writes that found nothing better
  EXPECT_EQ(with_file(R"({"seeds": [9007199254740993, 1e3]})", {}).seeds, "9007199254740993,1000,");
}

TEST(Overrides, AllAndMore) {
  RunRequest request;
  request.problems = {"heat"};
  request.methods = {"all,compose:rule=sgd"};
  EXPECT_EQ(make_plan(built_in(), request).methods.size(), built_in().method_names().size() + 1);
  request.problems = {"all", "haet"};
  expect_refused(request, "did you mean 'heat'");
}

TEST(Overrides, TheRunsOfTheClaimsCanBePlanned) {
  const ClaimsFile file = parse_claims(embedded_claims(), "docs/claims.json");
  for (const auto& [name, run] : file.runs)
    EXPECT_EQ(error_of(with_config({}, JsonView(run, "runs." + name))), "no error") << name;
}

class RoundTrip : public testing::DriverProcess {};

TEST_F(RoundTrip, WhatTuneWritesRunAndInspectRead) {
  std::string methods;
  for (const std::string& name : built_in().method_names()) methods += (methods.empty() ? "" : ",") + name;
  const std::string compositions =
      "--method compose:network=half-inverse,rule=sgd --method compose:physics=joint,rate=0.5,rule=sgd "
      "--method compose:loss=newton,physics=inverse,rule=momentum,momentum=0.25 ";
  ASSERT_EQ(driver("tune --problem quadratic --method " + methods + " " + compositions +
                   "--trials 2 --steps 2 --quiet --set pg.eta=0.25 --out t.json")
                .code,
            0);
  const testing::Outcome ran = driver("run --config t.json --steps 2 --seeds 1 --quiet --out r");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Report report = read_report(folder_ / "r");
  EXPECT_EQ(report.cells.size(), built_in().method_names().size() + 3);
  const Json tuned = parse_json(testing::file_text(folder_ / "t.json"), "t.json");
  std::size_t given = 0;
  for (const CellRecord& cell : report.cells) {
    given += cell.given.size();
    RunRequest pair;
    pair.problems = {"quadratic"};
    pair.methods = {cell.key.method};
    pair.config = (folder_ / "t.json").string();
    EXPECT_EQ(resolve_pair(built_in(), "quadratic", cell.key.method, pair_overrides(built_in(), pair)).given,
              cell.given)
        << cell.key.method;
    if (!cell.key.method.starts_with("compose:")) continue;
    const testing::Outcome step =
        driver("inspect --config t.json --problem quadratic --method " + cell.key.method + " --out i.json");
    ASSERT_EQ(step.code, 0) << cell.key.method << step.err;
    const Json inspected = parse_json(testing::file_text(folder_ / "i.json"), "i.json");
    for (const auto& [key, value] : cell.given)
      EXPECT_EQ(inspected["settings"][key], Json::parse(settings_json({{key, value}}).dump())[key]) << key;
  }
  EXPECT_EQ(given, tuned["settings"].size());
  // The command of the report is the same plan, and a cell's given settings are a config.
  std::string command;
  for (std::size_t i = 1; i < report.header.command.size(); ++i) command += " '" + report.header.command[i] + "'";
  EXPECT_EQ(driver(command).code, 0);
  EXPECT_EQ(read_report(folder_ / "r").header.planned, report.header.planned);
}

TEST_F(RoundTrip, ACellsGivenSettingsAreAConfig) {
  ASSERT_EQ(driver("run --problem scaled-fit --method compose:rule=sgd --steps 1 --seeds 1 --set samples=16 --set "
                   "test_samples=4 --set widths=1-5-2 --set compose:rule=sgd.batch=8 --sweep rate=0.1,0.2 --out r")
                .code,
            0);
  const Json cells = parse_json(testing::file_text(folder_ / "r" / "report.json"), "report.json")["cells"];
  ASSERT_EQ(cells.size(), 2u);
  write("c.json", Json({{"settings", cells[1]["settings"]["given"]}}).dump());
  ASSERT_EQ(
      driver("run --problem scaled-fit --method compose:rule=sgd --steps 1 --seeds 1 --config c.json --out s").code, 0);
  const Report again = read_report(folder_ / "s");
  EXPECT_EQ(again.cells.at(0).used, read_report(folder_ / "r").cells[1].used);
}

TEST_F(RoundTrip, WhatIsFixedIsNotSearched) {
  ASSERT_EQ(driver("tune --problem scaled-fit --method dp-sgd,compose:rule=sgd,rate=0.05 --set samples=16 --set "
                   "test_samples=4 --set dp-sgd.rate=0.125 --trials 3 --steps 2 --quiet --out t.json")
                .code,
            0);
  const Json tuned = parse_json(testing::file_text(folder_ / "t.json"), "t.json");
  EXPECT_EQ(tuned["settings"]["dp-sgd.rate"], "0.125");
  for (const Json& pair : tuned["tuning"]["pairs"]) {
    EXPECT_EQ(pair["searched"], Json::parse(R"(["batch", "schedule"])"));
    EXPECT_TRUE(pair["fixed"].contains("rate"));
    for (const Json& trial : pair["trials"])
      EXPECT_EQ(trial["settings"].get<std::string>().find("rate"), std::string::npos) << trial;
  }
  const testing::Outcome nothing =
      driver("tune --problem quadratic --method dp-sgd --set rate=0.1 --set schedule=constant --steps 2 --out u.json");
  EXPECT_EQ(nothing.code, 2);
  EXPECT_NE(nothing.err.find("nothing is left to search for dp-sgd on quadratic"), std::string::npos) << nothing.err;
}

TEST_F(RoundTrip, ASearchInWhichEveryTrialFailedIsAFailure) {
  const std::string failing =
      "tune --problem quadratic --method dp-momentum --set rate=1e9 --trials 2 --steps 9 --quiet --out t.json";
  const testing::Outcome outcome = driver(failing);
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.err.find("every trial of dp-momentum on quadratic failed"), std::string::npos) << outcome.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "t.json"));
  ASSERT_EQ(driver("tune --problem quadratic --method dp-momentum,gn --set dp-momentum.rate=1e9 --trials 2 --steps 9 "
                   "--quiet --out t.json")
                .code,
            0);
  const Json pairs = parse_json(testing::file_text(folder_ / "t.json"), "t.json")["tuning"]["pairs"];
  EXPECT_EQ(pairs[0]["found"], false);
  EXPECT_EQ(pairs[0]["trials"][0]["failures"].size(), 1u);
  EXPECT_EQ(pairs[1]["found"], true);
}

TEST_F(RoundTrip, InspectRefusesWhatHasNoEffect) {
  const std::pair<const char*, const char*> cases[] = {
      {"--problem heat --method dp-adam --set dp-adam.points=16", "write points=16 or heat.points=16"},
      {"--problem heat --method dp-adam --set rate=1 --set heat.rate=2", "'heat.rate=2' is stronger"},
      {"--problem heat --method dp-adam --batch 4 --set batch=8", "give one of them"},
      {"--problem heat --method dp-adam --batch 9 --set samples=8", "8 training samples"},
      {"--problem heat --method dp-adam --batch 010x", "--batch cannot be '010x'"}};
  for (const auto& [arguments, part] : cases) {
    const testing::Outcome outcome = driver(std::string("inspect ") + arguments);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
  write("c.json", R"({"problems": ["heat"], "methods": ["dp-adam"], "sweep": {"rate": [1, 2]}})");
  const testing::Outcome swept = driver("inspect --problem heat --method dp-adam --config c.json");
  EXPECT_EQ(swept.code, 2);
  EXPECT_NE(swept.err.find("sweeps rate"), std::string::npos) << swept.err;
}

}  // namespace
}  // namespace physgrad
