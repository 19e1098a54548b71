// `validate` as a process, over everything that the program itself writes.
#include <algorithm>

#include "driver/driver_process.hpp"
#include "physgrad/files/json.hpp"
#include "physgrad/record/stored_run.hpp"

namespace physgrad {
namespace {

using testing::Outcome;

class Validate : public testing::DriverProcess {
 protected:
  void expect_valid(const std::string& paths) const {
    const Outcome outcome = driver("validate --quiet " + paths);
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_EQ(outcome.out + outcome.err, "") << paths;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const { return testing::file_text(folder_ / name); }
};

TEST_F(Validate, EverythingThatARunWrites) {
  ASSERT_EQ(driver("run --save-weights --problem quadratic --method "
                   "gn,hig,dp-adam,dp-lbfgs,spring,pg,pg-newton,pg-gd,hig-physics,"
                   "compose:physics=newton,rule=momentum --seeds 2 --steps 3 --out plain --quiet")
                .code,
            0);
  ASSERT_EQ(driver("run --problem scaled-fit --method dp-adam,hig --seeds 1 --steps 2 --sweep rate=0.1,0.2 "
                   "--sweep lambda=1,0.1 --set samples=8 --set test_samples=2 --out swept --quiet")
                .code,
            0);
  // A run of which no cell succeeds ends with 1.
  ASSERT_EQ(
      driver("run --problem quadratic --method dp-sgd --seeds 1 --steps 400 --set rate=1000 --out bad --quiet").code,
      1);
  ASSERT_EQ(driver("run --problem heat --method pg,hig --seeds 1 --steps 2 --memory-limit 1300K --set samples=8 "
                   "--set test_samples=2 --out small --quiet")
                .code,
            0);
  std::map<Status, int> ended;
  for (const char* run : {"plain", "swept", "bad", "small"})
    for (const CellRecord& cell : read_report(folder_ / run).cells) ++ended[cell.status];
  EXPECT_GT(ended[Status::completed], 10);
  EXPECT_GT(ended[Status::skipped], 0);
  EXPECT_GT(ended[Status::diverged], 0);
  // Of a run that was killed: a plan, cells, one of them cut off in a line, and no report.
  std::filesystem::copy(folder_ / "plain", folder_ / "killed", std::filesystem::copy_options::recursive);
  std::filesystem::remove(folder_ / "killed" / "report.json");
  const std::string cell = text_of("killed/cells/quadratic__gn__s1.jsonl");
  write("killed/cells/quadratic__gn__s1.jsonl", cell.substr(0, cell.rfind('\n', cell.size() - 2) + 1));
  expect_valid("plain swept bad small killed");
  write("killed/cells/quadratic__gn__s1.jsonl", cell.substr(0, cell.size() - 20));
  const Outcome cut = driver("validate killed");
  EXPECT_EQ(cut.code, 0) << cut.out << cut.err;
  EXPECT_NE(cut.out.find("warning: line "), std::string::npos) << cut.out;
  EXPECT_NE(cut.out.find("killed/manifest.json: valid (manifest, "), std::string::npos) << cut.out;
}

TEST_F(Validate, WhatInspectWrites) {
  std::string files;
  for (const std::string method : {"hig", "pg", "dp-adam", "gn", "pg-hig", "lm", "pg-newton"}) {
    const std::string file = method + ".json", problem = method == "pg-newton" ? "sine-map" : "scaled-fit";
    ASSERT_EQ(driver("inspect --batch 2 --problem " + problem + " --method " + method +
                     (method == "hig" ? " --jacobian" : "") + " --set samples=8 --set test_samples=2 --out " + file)
                  .code,
              0);
    files += " " + file;
  }
  expect_valid(files);
  const Outcome told = driver("validate hig.json");
  EXPECT_EQ(told.out, "hig.json: valid (inspect, 1 part)\n");
  Json json = Json::parse(text_of("hig.json"));
  json["control"][1][0] = "x";
  json["gardient"] = json["gradient"];
  json.erase("gradient");
  write("hig.json", json.dump());
  const Outcome outcome = driver("validate hig.json");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_NE(outcome.out.find("hig.json: /control/1/0: expected a number or null, found \"x\"\n"), std::string::npos)
      << outcome.out;
  EXPECT_NE(outcome.out.find("hig.json: missing required property 'gradient'\n"), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.out.find("hig.json: warning: /gardient: unknown key 'gardient'; did you mean 'gradient'?\n"),
            std::string::npos)
      << outcome.out;
}

TEST_F(Validate, ExitCodesAndMessages) {
  write("list.json", "[1, 2]");
  write("cut.json", R"({"run": {)");
  write("line.jsonl", R"({"type":"stop"})"
                      "\n"
                      R"({"type":"step"})"
                      "\n");
  const auto expect = [&](const std::string& arguments, int code, const std::string& part) {
    const Outcome outcome = driver("validate " + arguments);
    EXPECT_EQ(outcome.code, code) << arguments << outcome.out << outcome.err;
    EXPECT_NE((outcome.out + outcome.err).find(part), std::string::npos) << arguments << outcome.out << outcome.err;
  };
  write("weights.json", R"({"type":"weights"})"
                        "\nx");
  expect("weights.json", 1, "line 1 /type: expected run, the first line of a cell's file");
  expect("", 2, "validate takes files or run directories, or --print-schema NAME");
  expect("missing.json", 2, "cannot read 'missing.json'");
  expect("list.json", 2, "is none of the files that this program writes");
  expect("cut.json", 2, "cut.json: ");
  expect(".", 2, "holds no run");
  expect("line.jsonl", 1, "line.jsonl: line 2 : missing required property 'step'");
  expect("line.jsonl list.json", 2, "line 2 ");
  expect("--print-schema reprot", 2, "did you mean 'report'?");
  expect("--print-schema report list.json", 2, "validate takes");
  expect("--print-schema step-line", 0, "\"title\": \"physgrad-bench step line\"");
  expect("line.jsonl --most 1", 1, "line.jsonl: and ");
  // What is printed is a schema, the committed one.
  EXPECT_TRUE(driver("validate --print-schema report").out ==
              testing::file_text(std::filesystem::path(PHYSGRAD_SOURCE_DIR) / "results/schema/report.schema.json"));
}

}  // namespace
}  // namespace physgrad
