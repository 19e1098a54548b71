// Records survive the way through JSON, and nothing that can stand in a file makes a reader crash.
#include "physgrad/record/report_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

using testing::sample_cell;
using testing::sample_report;
using testing::troubled_cell;

Report sample() {
  return sample_report(
      {sample_cell("hig", 0, 1.0 / 3.0), troubled_cell("pg", 1, Status::failed, "a\nline \"and\" \xff bytes")},
      {{"heat", "pg", 2}});
}

/// The message of the ReadError that `text` gives.
std::string complaint(const std::string& text) {
  try {
    (void)parse_report(text, "some.json");
  } catch (const ReadError& error) {
    return error.what();
  }
  return "read without complaint";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ReportJson, RoundTripIsExact) {
  const std::string text = report_text(sample());
  const Report again = parse_report(text, "text");
  EXPECT_EQ(report_text(again), text);
  const CellRecord& cell = again.cells.at(0);
  EXPECT_EQ(cell.final.train_loss, 1.0 / 3.0);
  EXPECT_EQ(cell.time.first_step_seconds, 1.0 / 3.0);
  EXPECT_EQ(cell.diagnostics.singular_max, 1e300);
  EXPECT_TRUE(std::isnan(cell.final.x_error));
  EXPECT_EQ(cell.curve.at(1).hash, 0xfedcba9876543210ull);
  EXPECT_EQ(cell.used, sample().cells[0].used);
  EXPECT_EQ(again.header.seeds, sample().header.seeds);
  EXPECT_EQ(again.header.planned, sample().header.planned);
}

TEST(ReportJson, ACellMayHaveNoCosts) {
  Json json = parse_json(report_text(sample()), "text");
  json["cells"][0]["costs"] = nullptr;
  EXPECT_FALSE(parse_report(json.dump(), "text").cells.at(0).has_costs);
}

TEST(ReportJson, HasEveryKeyOfTheSchema) {
  const Json json = parse_json(report_text(sample()), "text");
  const auto keys = [](const Json& object, const std::vector<std::string>& wanted) {
    for (const std::string& key : wanted) EXPECT_TRUE(object.contains(key)) << key;
  };
  keys(json, {"schema_version", "suite", "environment", "run", "cells"});
  keys(json["suite"], {"name", "version", "commit", "dirty"});
  keys(json["environment"], {"cpu", "cores", "threads", "compiler", "flags", "eigen", "simd", "blas", "os", "load"});
  keys(json["run"], {"name", "command", "profile", "started", "seeds"});
  const Json& cell = json["cells"][1];  // the one about which little is known
  keys(cell,
       {"problem", "method", "seed", "status", "reason", "settings", "sizes", "steps", "samples_seen", "timing_valid",
        "curve", "initial", "final", "best", "targets", "time", "memory", "diagnostics", "trajectory_hash"});
  keys(cell["settings"], {"given", "used"});
  keys(cell["sizes"], {"parameters", "outputs", "controls", "batch", "jacobian_rows"});
  keys(cell["curve"], {"step", "seconds", "samples", "train_loss", "test_loss", "x_error"});
  keys(cell["final"], {"train_loss", "test_loss", "x_error"});
  keys(cell["time"], {"wall_seconds", "cpu_seconds", "first_step_seconds", "step_seconds", "phases"});
  keys(cell["time"]["step_seconds"], {"median", "p10", "p90"});
  keys(cell["time"]["phases"],
       {"data", "network", "simulate", "derivative", "inverse", "linear_algebra", "update", "evaluation", "other"});
  keys(cell["memory"], {"peak_rss_bytes", "peak_heap_bytes", "predicted_bytes"});
  keys(cell["diagnostics"],
       {"kept_rank", "singular_max", "singular_min_kept", "inverse_residual", "fallback_rate", "kernel"});
  keys(json["cells"][0]["targets"][0], {"loss", "seconds", "steps"});
}

TEST(ReportJson, ThreadsAreWrittenWhereTheyAreMoreThanOne) {
  Report report = sample();
  EXPECT_EQ(report_text(report).find("\"target_stop\": false,\n    \"threads\""), std::string::npos);
  EXPECT_EQ(parse_report(report_text(report), "text").cells.at(0).limits.threads, 1);
  report.header.limits.threads = report.cells[0].limits.threads = 2;
  const Report again = parse_report(report_text(report), "text");
  EXPECT_EQ(again.header.limits.threads, 2);
  EXPECT_EQ(again.cells.at(0).limits.threads, 2);
  EXPECT_EQ(again.cells.at(1).limits.threads, 1);
  for (const char* threads : {"0", "-1", "257", "1.5", "null", "\"2\"", "1e300"}) {
    Json json = parse_json(report_text(report), "text");
    json["cells"][0]["limits"]["threads"] = Json::parse(threads);
    EXPECT_NE(complaint(json.dump()).find("cells[0].limits.threads: "), std::string::npos) << threads;
  }
}

TEST(ReportJson, NonFiniteNumbersBecomeNull) {
  Report report = sample();
  report.cells[0].final.train_loss = std::numeric_limits<double>::infinity();
  report.cells[0].curve[2].losses.train_loss = -std::numeric_limits<double>::infinity();
  const Json json = parse_json(report_text(report), "text");
  EXPECT_TRUE(json["cells"][0]["final"]["train_loss"].is_null());
  EXPECT_TRUE(json["cells"][0]["curve"]["train_loss"][2].is_null());
}

TEST(ReportJson, ManifestRoundTrip) {
  const std::string text = manifest_text(sample().header);
  EXPECT_EQ(manifest_text(parse_manifest(text, "text")), text);
}

TEST(ReportJson, EveryTruncationIsRefused) {
  const std::string text = report_text(sample());
  for (std::size_t length = 0; length + 2 < text.size(); length += 7)
    EXPECT_THROW((void)parse_report(text.substr(0, length), "cut"), ReadError) << length;
}

TEST(ReportJson, WrongContentIsNamedWithItsPlace) {
  const std::string text = report_text(sample());
  EXPECT_NE(complaint("[1, 2").find("some.json: parse error"), std::string::npos);
  EXPECT_NE(complaint("3").find("expected an object"), std::string::npos);
  EXPECT_NE(complaint(replaced(text, "\"steps\": 30,\n   \"samples", "\"steps\": \"x\",\n   \"samples"))
                .find("cells[0].steps: expected a whole number, found string"),
            std::string::npos);
  EXPECT_NE(complaint(replaced(text, "\"steps\": 30,\n   \"samples", "\"steps\": 1e300,\n   \"samples"))
                .find("cells[0].steps"),
            std::string::npos);
  EXPECT_NE(complaint(replaced(text, "\"trajectory_hash\"", "\"other\"")).find("key 'trajectory_hash' is missing"),
            std::string::npos);
  EXPECT_NE(complaint(replaced(text, "time_budget", "finished")).find("unknown status 'finished'"), std::string::npos);
  EXPECT_NE(complaint(replaced(text, "\"schema_version\": 1", "\"schema_version\": 2")).find("newer program"),
            std::string::npos);
  EXPECT_NE(complaint(replaced(text, "1e+300", "1e400")).find("some.json"), std::string::npos);
  EXPECT_NE(complaint(replaced(text, "1e+300", "1e-400")).find("a double cannot hold the number 1e-400"),
            std::string::npos);
  EXPECT_NE(complaint(replaced(text, "\"seed\": 0", "\"seed\": -1")).find("in [0, 18446744073709551615]"),
            std::string::npos);
  EXPECT_NE(complaint(replaced(text, "\"pg\",\n   \"seed\": 1", "\"hig\",\n   \"seed\": 0")).find("appears twice"),
            std::string::npos);
}

TEST(ReportJson, HostileTextIsRefused) {
  EXPECT_NE(complaint(std::string(100000, '[')).find("deeper than 64"), std::string::npos);
  EXPECT_NE(complaint("{\"a\":1,\"a\":2}").find("key 'a' appears twice"), std::string::npos);
  EXPECT_NE(complaint("{\"a\":\"\xc3\"}").find("UTF-8"), std::string::npos);
  EXPECT_NE(complaint("{\"a\":NaN}").find("parse error"), std::string::npos);
  EXPECT_NE(complaint("").find("parse error"), std::string::npos);
}

TEST(ReportJson, NumbersThatJsonHasNotAreRefused) {
  const std::string text = report_text(sample());
  for (const char* number : {"NaN", "Infinity", "-Infinity", "nan", "1e400", "-1e400", "0x10", "01"})
    EXPECT_NE(complaint(replaced(text, "1e+300", number)).find("some.json: "), std::string::npos) << number;
}

TEST(ReportJson, DeepNestingIsRefusedWhereverItStands) {
  const std::string text = report_text(sample());
  for (const char* place : {"1e+300", "\"pg\"", "\"physgrad-bench\""})
    EXPECT_NE(complaint(replaced(text, place, std::string(100000, '['))).find("deeper than 64"), std::string::npos);
  EXPECT_NE(complaint(replaced(text, "1e+300", "[[1]]")).find("singular_max: expected a number, found array"),
            std::string::npos);
}

TEST(ReportJson, ANewerSchemaIsOneClearLine) {
  const std::string text = report_text(sample());
  const auto version = [&](const char* number) {
    return complaint(replaced(text, "\"schema_version\": 1", std::string("\"schema_version\": ") + number));
  };
  EXPECT_EQ(version("2"),
            "some.json: schema_version: written by a newer program: schema version 2, this one reads up to 1");
  EXPECT_NE(version("1e15").find("newer program"), std::string::npos);
  EXPECT_NE(version("0").find("expected a schema version from 1 to 1, found 0"), std::string::npos);
  EXPECT_NE(version("\"1\"").find("expected a whole number, found string"), std::string::npos);
}

/// The keys that came after the first reports.
TEST(ReportJson, AReportOfTheFirstVersionIsRead) {
  Json json = parse_json(report_text(sample()), "text");
  for (const char* key : {"build_type", "libraries", "caches", "memory_bytes", "cpu_mhz"})
    json["environment"].erase(key);
  for (const char* key : {"limits", "planned"}) json["run"].erase(key);
  for (const char* key : {"problems", "methods"}) json.erase(key);
  for (Json& cell : json["cells"]) {
    cell["curve"].erase("hash");
    cell["time"].erase("train_seconds");
    for (const char* key : {"error_estimate", "activation_mean", "activation_spread", "kernel_reason"})
      cell["diagnostics"].erase(key);
  }
  const Report report = parse_report(json.dump(), "old.json");
  ASSERT_EQ(report.cells.size(), 2u);
  EXPECT_EQ(report.header.planned.size(), 2u);
  EXPECT_EQ(report.cells[0].curve.at(2).step, 30);
  EXPECT_TRUE(std::isnan(report.cells[0].time.train_seconds));
}

TEST(ReportJson, EditsByHandAreNamedWithTheirPlace) {
  const Json whole = parse_json(report_text(sample()), "text");
  const auto edited = [&](const char* pointer, const Json& value) {
    Json json = whole;
    json[Json::json_pointer(pointer)] = value;
    return complaint(json.dump());
  };
  EXPECT_EQ(edited("/cells/0/steps", -3), "some.json: cells[0].steps: expected a whole number of at least 0, found -3");
  EXPECT_NE(edited("/cells/0/samples_seen", -1).find("samples_seen: expected a whole number of at least 0"),
            std::string::npos);
  EXPECT_NE(edited("/cells/0/curve/step/1", -1).find("step[1]: expected a whole number of at least 0"),
            std::string::npos);
  EXPECT_NE(edited("/cells/0/curve/seconds", {0.0}).find("curve.seconds: has 1 entries where 'step' has 3"),
            std::string::npos);
  EXPECT_NE(edited("/cells/0/final/train_loss", "0.1").find("train_loss: expected a number, found string"),
            std::string::npos);
  EXPECT_NE(edited("/cells/0/time/phases/data", true).find("phases.data: expected a number"), std::string::npos);
  EXPECT_NE(edited("/cells/1/status", "done\n").find("unknown status 'done\\x0a'"), std::string::npos);
  EXPECT_NE(edited("/cells", nullptr).find("cells: expected an array, found null"), std::string::npos);
}

TEST(ReportJson, MessagesAreOneLineOfBoundedLength) {
  const std::string odd = complaint("{\"a\\n\\u001b[31m\":1,\"a\\n\\u001b[31m\":1}");
  EXPECT_EQ(odd, "some.json: key 'a\\x0a\\x1b[31m' appears twice in one object");
  const std::string name(100000, 'x');
  const std::string long_one = complaint("{\"" + name + "\":1,\"" + name + "\":1}");
  EXPECT_LE(long_one.size(), UsageError::kLongest);
  EXPECT_TRUE(long_one.ends_with("appears twice in one object"));
}

TEST(CellLines, RebuildACell) {
  const CellRecord cell = sample_cell("hig", 3, 0.25);
  CellLines lines;
  lines.add(run_line(cell), "text");
  for (const CurvePoint& point : cell.curve) lines.add(step_line(point), "text");
  EXPECT_FALSE(lines.finished());
  EXPECT_EQ(lines.record().steps, 30);
  EXPECT_EQ(lines.record().best.train_loss, 0.25);
  lines.add(end_line(cell), "text");
  EXPECT_TRUE(lines.finished());
  EXPECT_EQ(cell_json(lines.record(), true).dump(), cell_json(cell, true).dump());
}

TEST(CellLines, StepLinesAreJsonAsItIsWrittenElsewhere) {
  CellRecord cell = sample_cell("hig", 3, 0.25);
  cell.curve[0].losses = {0.1, kAbsent, 1e300, 5e-324, -0.0};
  cell.curve[0].simulator_calls = 12;
  const std::string lines = step_lines(cell.curve);
  std::string each;
  for (const CurvePoint& point : cell.curve) each += step_line(point) + "\n";
  EXPECT_EQ(lines, each);
  for (const CurvePoint& point : cell.curve) {
    const std::string line = step_line(point);
    EXPECT_EQ(OrderedJson::parse(line).dump(), line);
    EXPECT_TRUE(line.starts_with(R"({"type":"step","step":)")) << line;
  }
  EXPECT_EQ(step_lines({}), "");
}

TEST(CellLines, ARunLineStatesTheMachine) {
  Environment machine;
  machine.cpu = "Some 9000";
  machine.blas_core = "Zen";
  machine.cores = 4;
  CellLines lines;
  lines.add(run_line(sample_cell("hig", 3, 0.25), machine), "text");
  ASSERT_TRUE(lines.machine());
  EXPECT_EQ(*lines.machine(), machine);
  lines.add(end_line(sample_cell("hig", 3, 0.25)), "text");
  EXPECT_EQ(*lines.machine(), machine);
  lines.add(run_line(sample_cell("hig", 3, 0.25)), "text");
  EXPECT_FALSE(lines.machine());
}

TEST(ReportJson, ACellsMachineIsOneOfTheReports) {
  Report report;
  report.header.machines = {{}, {}};
  report.cells = {sample_cell("hig", 0, 0.5)};
  report.cells[0].machine = 1;
  EXPECT_EQ(parse_report(report_text(report), "text").cells.at(0).machine, 1);
  report.cells[0].machine = 2;
  try {
    (void)parse_report(report_text(report), "text");
    ADD_FAILURE() << "a machine was taken that there is not";
  } catch (const ReadError& error) {
    EXPECT_NE(std::string(error.what()).find("names machine 2; there are 2"), std::string::npos) << error.what();
  }
}

TEST(CellLines, OtherLinesAreRefused) {
  CellLines lines;
  EXPECT_THROW(lines.add("{\"type\":\"pause\"}", "text"), ReadError);
  EXPECT_THROW(lines.add("{}", "text"), ReadError);
  EXPECT_THROW(lines.add("{\"type\":\"step\",\"step\":1", "text"), ReadError);
}

}  // namespace
}  // namespace physgrad
