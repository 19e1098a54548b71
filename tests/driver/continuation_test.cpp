// A run directory is gone on with only by what began it, and every cell says what it is, where and by what it was
// measured.
#include <algorithm>
#include <functional>

#include "built_in.hpp"
#include "driver/driver_process.hpp"
#include "driver/timeless.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/stored_run.hpp"
#include "physgrad/study/config.hpp"
#include "physgrad/study/plan.hpp"

namespace physgrad {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;

constexpr const char* kSmallRun = "run --problem quadratic --method dp-adam,gn --seeds 2 --steps 2 --quiet --out r";

class Continuation : public testing::DriverProcess {
 protected:
  void begin() {
    ASSERT_EQ(driver(kSmallRun).code, 0);
    fs::copy(folder_ / "r", folder_ / "begun", fs::copy_options::recursive);
    before_ = read_report(folder_ / "r");
  }
  void begin_anew() {
    fs::remove_all(folder_ / "r");
    fs::copy(folder_ / "begun", folder_ / "r", fs::copy_options::recursive);
  }
  void edit_manifest(const std::function<void(OrderedJson&)>& change) const {
    OrderedJson json = OrderedJson::parse(testing::file_text(folder_ / "r" / "manifest.json"));
    change(json);
    write("r/manifest.json", json.dump(1) + "\n");
  }
  /// Changes every line of a cell's file.
  void edit_cell(const std::string& name, const std::function<void(OrderedJson&)>& change) const {
    std::istringstream lines(testing::file_text(folder_ / "r" / "cells" / name));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
      OrderedJson json = OrderedJson::parse(line);
      change(json);
      text += json.dump() + "\n";
    }
    write("r/cells/" + name, text);
  }
  void expect_one_line(const Outcome& outcome, int code, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("physgrad-bench: ")) << outcome.err;
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    for (const std::string& part : parts) EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  }
  Report before_;
};

constexpr const char* kCut = "quadratic__gn__s0.jsonl";

TEST_F(Continuation, AnotherMachineIsAddedAndOldCellsKeepTheirs) {
  begin();
  const auto changed = [](const char* key, const OrderedJson& value, bool environment, bool machines) {
    return [=](OrderedJson& json) {
      if (environment) json["environment"][key] = value;
      if (machines) json["machines"][0][key] = value;
    };
  };
  struct Case {
    const char* key;
    OrderedJson value;
    bool environment = true, machines = true;
  };
  for (const Case& each : {Case{"cpu", "Another 9000"},
                           {"cpu", "Another 9000", true, false},
                           {"cpu", "Another 9000", false, true},
                           {"cores", 1234},
                           {"blas_core", "Prescott"},
                           {"simd", "none"},
                           {"os", "Minix"},
                           {"memory_bytes", 123456}}) {
    SCOPED_TRACE(each.key);
    begin_anew();
    edit_manifest(changed(each.key, each.value, each.environment, each.machines));
    fs::remove(folder_ / "r" / "cells" / kCut);
    expect_one_line(driver(kSmallRun), 0, {"'r' goes on on another machine", ", now "});
    const Report after = read_report(folder_ / "r");
    ASSERT_EQ(after.header.machines.size(), 2u);
    EXPECT_EQ(after.header.machines[1].cpu, before_.header.environment.cpu);
    ASSERT_EQ(after.cells.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
      const bool again = after.cells[i].key.method == "gn" && after.cells[i].key.seed == 0;
      EXPECT_EQ(after.cells[i].machine, again ? 1 : 0);
      EXPECT_EQ(after.cells[i].time.wall_seconds == before_.cells[i].time.wall_seconds, !again);
    }
    const CellLines lines = read_cell_file(folder_ / "r" / "cells" / kCut);
    EXPECT_EQ(lines.record().machine, 1);
    ASSERT_TRUE(lines.machine());
    EXPECT_EQ(lines.machine()->cpu, before_.header.environment.cpu);
    // It is known from now on.
    fs::remove(folder_ / "r" / "cells" / kCut);
    const Outcome again = driver(kSmallRun);
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(again.err, "");
    EXPECT_EQ(read_report(folder_ / "r").header.machines.size(), 2u);
    EXPECT_EQ(read_cell_file(folder_ / "r" / "cells" / kCut).record().machine, 1);
  }
}

TEST_F(Continuation, LoadAndClockMakeNoOtherMachine) {
  begin();
  edit_manifest([](OrderedJson& json) {
    for (OrderedJson* at : {&json["environment"], &json["machines"][0]}) {
      (*at)["load"] = 77;
      (*at)["cpu_mhz"] = 12;
      (*at)["memory_bytes"] = 0.995 * (*at)["memory_bytes"].get<double>();
    }
  });
  fs::remove(folder_ / "r" / "cells" / kCut);
  const Outcome again = driver(kSmallRun);
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(read_report(folder_ / "r").header.machines.size(), 1u);
}

TEST_F(Continuation, AMachineWithoutACellIsNotAdded) {
  begin();
  edit_manifest([](OrderedJson& json) { json["machines"][0]["cpu"] = json["environment"]["cpu"] = "Another 9000"; });
  const Outcome again = driver(kSmallRun);
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.err, "");
  EXPECT_EQ(read_report(folder_ / "r").header.machines.size(), 1u);
}

TEST_F(Continuation, CellsMeasuredAgainAloneAreOfTheMachineThatDidIt) {
  const std::string command = kSmallRun;
  ASSERT_EQ(driver(command + " --jobs 2").code, 0);
  edit_manifest([](OrderedJson& json) { json["machines"][0]["cpu"] = json["environment"]["cpu"] = "Another 9000"; });
  expect_one_line(driver(command + " --timing"), 0, {"Another 9000"});
  for (const CellRecord& cell : read_report(folder_ / "r").cells) {
    EXPECT_TRUE(cell.timing_valid);
    EXPECT_EQ(cell.machine, 1);
  }
}

TEST_F(Continuation, AnotherProgramIsRefused) {
  begin();
  const std::string report = testing::file_text(folder_ / "r" / "report.json");
  const std::string program = before_.header.suite.program;
  struct Case {
    const char *block, *key, *value;
  };
  for (const Case& each : {Case{"suite", "program", "0123456-dirty-89abcdef"},
                           {"suite", "commit", "fedcba9"},
                           {"environment", "build_type", "Slow"},
                           {"environment", "compiler", "tcc 1"},
                           {"environment", "flags", "-O0"}}) {
    SCOPED_TRACE(each.key);
    begin_anew();
    edit_manifest([&](OrderedJson& json) { json[each.block][each.key] = each.value; });
    expect_one_line(driver(kSmallRun), 2, {"begun by another program", each.value, ", now ", "choose another --out"});
    EXPECT_EQ(testing::file_text(folder_ / "r" / "report.json"), report);
  }
  // A directory of a program that did not say what it was built from.
  begin_anew();
  edit_manifest([](OrderedJson& json) {
    json["suite"].erase("program");
    json.erase("machines");
  });
  expect_one_line(driver(kSmallRun), 2, {"begun by another program", "older", program});
}

TEST_F(Continuation, CellsOfSomethingElseAreMeasuredAgain) {
  begin();
  using Change = std::function<void(OrderedJson&)>;
  const auto set = [](const char* key, const OrderedJson& value) {
    return [=](OrderedJson& json) {
      if (json.contains(key)) json[key] = value;
    };
  };
  struct Case {
    Change change;
    const char* said;
  };
  for (const Case& each :
       {Case{set("program", "another"), "measured by program another"},
        {set("program", ""), "measured by program ?"},
        {set("task_id", "0123456789abcdef"), "other settings or data"},
        {set("setup_id", "0123456789abcdef"), "other settings or data"},
        {[](OrderedJson& json) { json.erase("task_id"), json.erase("setup_id"); }, "other settings or data"},
        {set("machine", 7), "machine that the run does not know"},
        {set("environment", before_.header.environment.cpu), "measured again"},
        {[](OrderedJson& json) { json.erase("environment"); }, "machine that the run does not know"},
        {[](OrderedJson& json) {
           if (json.contains("environment")) json["environment"]["cpu"] = "Another 9000";
         },
         "machine that the run does not know"}}) {
    SCOPED_TRACE(each.said);
    begin_anew();
    edit_cell(kCut, each.change);
    expect_one_line(driver(kSmallRun), 0, {std::string("r/cells/") + kCut, each.said, "measured again"});
    const Report after = read_report(folder_ / "r");
    EXPECT_EQ(testing::timeless(after), testing::timeless(before_));
    for (std::size_t i = 0; i < after.cells.size(); ++i) {
      EXPECT_EQ(after.cells[i].program, before_.header.suite.program);
      EXPECT_EQ(after.cells[i].task_id, before_.cells[i].task_id);
      EXPECT_EQ(after.cells[i].machine, 0);
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "r" / "cells"), {}), 4);
    EXPECT_EQ(driver(kSmallRun).err, "");
  }
}

TEST_F(Continuation, AFileThatHoldsAnotherCellIsLeftAlone) {
  begin();
  const fs::path cells = folder_ / "r" / "cells";
  for (const bool whole : {true, false}) {
    begin_anew();
    fs::copy_file(cells / "quadratic__gn__s1.jsonl", cells / kCut, fs::copy_options::overwrite_existing);
    if (!whole) fs::resize_file(cells / kCut, fs::file_size(cells / kCut) - 5);
    const std::string text = testing::file_text(cells / kCut);
    expect_one_line(driver(kSmallRun), 2, {kCut, "holds another cell (quadratic gn seed 1)", "move it away"});
    EXPECT_EQ(testing::file_text(cells / kCut), text);
    fs::remove(cells / kCut);
    EXPECT_EQ(driver(kSmallRun).err, "");
    EXPECT_EQ(testing::timeless(read_report(folder_ / "r")), testing::timeless(before_));
  }
}

TEST_F(Continuation, EveryCellSaysWhatItIs) {
  // The plan's identities are those that the cells' own processes state.
  begin();
  RunRequest request;
  request.problems = {"quadratic"};
  request.methods = {"dp-adam", "gn"};
  request.seeds = "2";
  request.steps = 2;
  const Plan plan = make_plan(built_in(), request);
  for (const CellRecord& cell : before_.cells) {
    EXPECT_EQ(cell.task_id, plan.task_of(cell.key).spec.task_id);
    EXPECT_EQ(cell.setup_id, plan.task_of(cell.key).spec.setup_id);
    EXPECT_EQ(cell.limits.steps, 2);
    EXPECT_TRUE(std::isnan(cell.limits.timeout_seconds));
  }
  // One that was ended before it could say anything, and one that was skipped for its size.
  const auto expect_known = [&](const std::string& out, Status status, double timeout) {
    const Report result = read_report(folder_ / out);
    ASSERT_EQ(result.cells.size(), 1u);
    const CellRecord& cell = result.cells[0];
    EXPECT_EQ(cell.status, status) << cell.reason;
    EXPECT_EQ(cell.task_id.size(), 16u);
    EXPECT_EQ(cell.setup_id.size(), 16u);
    EXPECT_EQ(cell.program, before_.header.suite.program);
    EXPECT_TRUE(cell.used.contains("rate"));
    EXPECT_EQ(cell.given.count("batch"), 1u);
    EXPECT_EQ(cell.limits.steps, 5);
    EXPECT_EQ(cell.limits.timeout_seconds, timeout);
    EXPECT_GT(cell.limits.memory_bytes, 0);
    const fs::path file = folder_ / out / "cells" / (cell.key.problem + "__" + cell.key.method + "__s0.jsonl");
    const CellLines lines = read_cell_file(file);
    EXPECT_TRUE(lines.machine());
    EXPECT_EQ(lines.record().setup_id, cell.setup_id);
    EXPECT_TRUE(testing::file_text(file).starts_with("{\"type\":\"run\""));
  };
  const std::string run = "run --problem coupled-oscillators --method hig --seeds 0, --steps 5 --set batch=32 --quiet ";
  // No time at all: nothing that the cell writes is read.
  EXPECT_EQ(driver(run + "--timeout 1e-12 --out ended").code, 1);
  expect_known("ended", Status::timeout, 1e-12);
  EXPECT_TRUE(read_report(folder_ / "ended").cells[0].curve.empty());
  EXPECT_EQ(driver(run + "--timeout 100 --memory-limit 1K --out skipped").code, 1);
  expect_known("skipped", Status::skipped, 100);
}

TEST(CellIdentity, EveryPairOfTheCatalogueHasOneWhetherItRunsOrNot) {
  RunRequest request;
  request.problems = request.methods = {"all"};
  request.seeds = "1";
  const Plan plan = make_plan(built_in(), request);
  EXPECT_EQ(plan.tasks.size(), built_in().problem_names().size() * built_in().method_names().size());
}

TEST(CellIdentity, LimitsArePartOfTheTask) {
  const auto task = [](const std::function<void(RunRequest&)>& change) {
    RunRequest request;
    request.problems = {"quadratic"};
    request.methods = {"gn"};
    change(request);
    return make_plan(built_in(), request).tasks.begin()->second.spec.task_id;
  };
  const std::vector<std::string> tasks = {task([](auto&) {}),
                                          task([](auto& request) { request.steps = 7; }),
                                          task([](auto& request) { request.budget = 7; }),
                                          task([](auto& request) { request.timeout = 7; }),
                                          task([](auto& request) { request.memory_limit = "7M"; }),
                                          task([](auto& request) { request.target_stop = true; })};
  for (std::size_t i = 0; i < tasks.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(tasks[i], tasks[j]) << i << " " << j;
}

}  // namespace
}  // namespace physgrad
