// The schemas against what the library writes, against what is committed, and against every way to break either.
#include "physgrad/schema/schemas.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "physgrad/claims/claims_file.hpp"
#include "physgrad/record/cell_lines.hpp"
#include "physgrad/record/report_json.hpp"
#include "physgrad/record/tuning_study.hpp"
#include "physgrad/record/weights.hpp"
#include "physgrad/schema/checker.hpp"
#include "physgrad/schema/quick_check.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

namespace fs = std::filesystem;

Validation validated(const std::string& text) { return validate_text(text, "file", 50); }

std::string told(const Validation& found) {
  std::string text = found.kind + ":";
  for (const Finding& each : found.findings) text += "\n  " + each.place + " " + each.message;
  return text;
}

void expect_valid(const std::string& text, const std::string& kind) {
  const Validation found = validated(text);
  EXPECT_EQ(found.kind, kind);
  EXPECT_EQ(found.problems + found.warnings, 0u) << told(found);
}

Report full_report() {
  CellRecord cell = sample_cell("hig", 0, 0.1);
  cell.has_costs = true;
  cell.given["tau"] = 1e-5;
  cell.limits.threads = 2;
  cell.targets = {{0.5, 1.0, 3}, {1e-9, kAbsent, kAbsent}};
  Report report = sample_report({cell}, {{"heat", "pg", 1, "points=8", "rate=1"}});
  report.header.machines = {report.header.environment};
  report.header.tuning = {{"heat", "hig", 10, 2.5}};
  report.header.limits.settings = {"hig.tau=1e-5"};
  report.header.limits.threads = 2;
  report.header.problems = {{"heat", "a problem", "a source", 1.0, {0.5}}};
  report.header.methods = {{"hig", "a method", "a source", {"derivatives"}}};
  return report;
}

Weights weights_of(const CellRecord& cell) {
  return {cell,
          "00ff00ff00ff00ff",
          3,
          {{"widths", std::vector<double>{1, 2}}, {"activation", std::string("tanh")}},
          {0.5, -1e-300, 3}};
}

StudyHeader study_header() {
  return {.program = "abc",
          .commit = "abc",
          .cpu = "a processor",
          .command = {"physgrad-bench", "tune"},
          .seeds = {100, 101},
          .trials = 2,
          .keep = 1,
          .share = 0.25,
          .shard = "1/2",
          .limits = {.threads = 2},
          .settings = {"hig.kappa=0.6"},
          .problems = {"heat"},
          .methods = {"hig"}};
}

StudiedPair studied_pair() {
  return {.problem = "heat",
          .method = "hig",
          .budget_seconds = 1.8,
          .fixed = {{"kappa", 0.6}},
          .searched = {{"rate", 0.025, 1}, {"schedule", kAbsent, kAbsent, {"constant", "cosine"}}},
          .trials = {{{"rate", 1.0}, {"schedule", std::string("constant")}},
                     {{"rate", 0.16}, {"schedule", std::string("cosine")}}},
          .first = {std::numeric_limits<double>::infinity(), 0.5},
          .second = {{1, {0.25}}},
          .failures = {{0, 100, "diverged"}},
          .seconds = 3,
          .processor_share = 0.99,
          .chosen = 1};
}

/// A value of every kind of file that the library writes, with every key that it can have where that is possible.
std::map<std::string, Json> written() {
  const Report report = full_report();
  const CellRecord& cell = report.cells.front();
  return {{"report", Json::parse(report_text(report))},
          {"manifest", Json::parse(manifest_text(report.header))},
          {"run-line", Json::parse(run_line(cell, report.header.environment))},
          {"step-line", Json::parse(step_line(cell.curve.front()))},
          {"end-line", Json::parse(end_line(cell))},
          {"weights", Json::parse(weights_line(weights_of(cell)))},
          {"claims", Json::parse(embedded_claims())},
          {"tuning-line", Json::parse(study_line(study_header()))},
          {"tuning-pair", Json::parse(pair_line(studied_pair()))}};
}

TEST(Schemas, HoldWhatTheLibraryWrites) {
  const Report report = full_report();
  expect_valid(report_text(report), "report");
  expect_valid(manifest_text(report.header), "manifest");
  expect_valid(report_text(sample_report({})), "report");
  RunHeader empty = report.header;
  empty.planned.clear();
  expect_valid(manifest_text(empty), "manifest");
  for (const Status status : {Status::skipped, Status::failed, Status::diverged, Status::out_of_memory})
    expect_valid(report_text(sample_report({troubled_cell("pg", 3, status, "\"quoted\"\n<b>")})), "report");
  const CellRecord& cell = report.cells.front();
  const std::string lines = run_line(cell) + "\n" + step_line(cell.curve.front()) + "\n";
  expect_valid(lines + end_line(cell) + "\n", "cell");
  expect_valid(run_line(cell, report.header.environment) + "\n", "cell");
  expect_valid(weights_line(weights_of(cell)) + "\n", "weights");
  expect_valid(Json::parse(weights_line(weights_of(cell))).dump(1), "weights");
  expect_valid(lines + weights_line(weights_of(cell)) + "\n" + end_line(cell) + "\n", "cell");
  expect_valid(study_line(study_header()) + "\n", "tuning");
  expect_valid(study_line(study_header()) + "\n" + pair_line(studied_pair()) + "\n", "tuning");
  const Validation cut = validated(lines + end_line(cell).substr(0, 100));
  EXPECT_EQ(cut.problems, 0u) << told(cut);
  EXPECT_EQ(cut.warnings, 1u) << told(cut);
}

TEST(Schemas, HoldWhatIsCommitted) {
  std::size_t reports = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(PHYSGRAD_SOURCE_DIR) / "results")) {
    const bool report = entry.path().filename() == "report.json";
    const bool study = entry.path().parent_path().filename() == "tuning" && entry.path().extension() == ".jsonl";
    if (!report && !study) continue;
    reports += report;
    const Validation found = validate_text(read_text_file(entry.path()), entry.path().string(), 5);
    EXPECT_EQ(found.problems + found.warnings, 0u) << entry.path() << "\n" << told(found);
    EXPECT_GT(found.parts, 0u);
  }
  EXPECT_GE(reports, 20u);
  expect_valid(std::string(embedded_claims()), "claims");
}

/// A schema without its references to definitions.
const Json& resolved(const Json& root, const Json& schema) {
  if (!schema.contains("$ref")) return schema;
  return resolved(root, root["definitions"][schema["$ref"].get<std::string>().substr(14)]);
}

bool is_of(const Json& value, const std::string& type) {
  return (type == "null" && value.is_null()) || (type == "boolean" && value.is_boolean()) ||
         (type == "number" && value.is_number()) || (type == "integer" && value.is_number_integer()) ||
         (type == "string" && value.is_string()) || (type == "array" && value.is_array()) ||
         (type == "object" && value.is_object());
}

/// Some values that the schema does not allow.
std::vector<Json> forbidden(const Json& schema) {
  if (schema.contains("const") || schema.contains("enum")) return {Json("no such word"), Json(17), Json(nullptr)};
  std::vector<Json> result;
  const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
  for (const Json& value : {Json("text"), Json(true), Json(1.5), Json(nullptr), Json::array(), Json::object()})
    if (std::ranges::none_of(types, [&](const Json& type) { return is_of(value, type.get<std::string>()); }))
      result.push_back(value);
  if (schema.contains("minimum")) result.emplace_back(-1);
  return result;
}

/// Breaks one file in every way: each required key taken out, each value replaced by ones of other types.
class Breaker {
 public:
  explicit Breaker(const std::string& name) : schema_(Json::parse(schema_text(name))), checker_(name), name_(name) {}

  void break_all(Json& whole) { visit(schema_, whole, ""); }
  std::size_t tried = 0;

 private:
  void visit(const Json& given, Json& value, const std::string& pointer) {
    const Json& schema = resolved(schema_, given);
    if (root_ == nullptr) root_ = &value;
    if (!pointer.empty()) replace(schema, value, pointer);
    if (value.is_array() && schema.contains("items") && !value.empty())
      visit(schema["items"], value[0], joined_pointer(pointer, "0"));
    if (!value.is_object() || !schema.contains("properties")) return;
    for (const auto& [key, inside] : schema["properties"].items()) {
      if (!value.contains(key)) continue;
      visit(inside, value[key], joined_pointer(pointer, key));
      const auto required = schema.value("required", Json::array());
      if (std::ranges::find(required, Json(key)) != required.end()) remove(value, key, pointer);
    }
  }

  void replace(const Json& schema, Json& value, const std::string& pointer) {
    for (const Json& other : forbidden(schema)) {
      Json before = std::exchange(value, other);
      expect_found(pointer, other.dump());
      value = std::move(before);
    }
  }

  void remove(Json& object, const std::string& key, const std::string& pointer) {
    Json before = std::move(object[key]);
    object.erase(key);
    expect_found(pointer, "'" + key + "'");
    object[key] = std::move(before);
  }

  void expect_found(const std::string& pointer, const std::string& what) {
    ++tried;
    Findings findings(5);
    EXPECT_FALSE(checker_.check(*root_, "", findings)) << name_ << pointer << " " << what;
    Validation found;
    findings.move_to(found);
    ASSERT_FALSE(found.findings.empty());
    EXPECT_EQ(found.findings.front().place, pointer) << what << told(found);
  }

  Json schema_;
  Checker checker_;
  std::string name_;
  const Json* root_ = nullptr;
};

TEST(Schemas, FindEveryMissingKeyAndEveryWrongType) {
  for (auto& [name, value] : written()) {
    if (name == "claims") value["claims"].erase(value["claims"].begin() + 1, value["claims"].end());
    Breaker breaker(name);
    breaker.break_all(value);
    EXPECT_GT(breaker.tried, name == "step-line" ? 30u : 40u) << name;
  }
}

TEST(Schemas, WhatIsWrittenTakesNoValidator) {
  for (const auto& [name, value] : written()) {
    const Json schema = Json::parse(schema_text(name));
    EXPECT_TRUE(QuickCheck(schema).accepts(value)) << name;
    Json with_more = value;
    with_more["no such key"] = 1;
    EXPECT_FALSE(QuickCheck(schema).accepts(with_more)) << name;
  }
}

TEST(Schemas, AQuickCheckDecidesByWhatItKnows) {
  const auto accepts = [](const char* schema, const char* value) {
    return QuickCheck(Json::parse(schema)).accepts(Json::parse(value));
  };
  EXPECT_TRUE(accepts("{}", "[1, {}]"));
  EXPECT_FALSE(accepts(R"({"pattern": "a"})", R"("a")"));
  EXPECT_FALSE(accepts(R"({"properties": {"a": {"oneOf": [{}]}}})", "{}"));
  EXPECT_FALSE(accepts(R"({"required": ["a"]})", R"({"a": 1})"));  // which no schema describes
  EXPECT_FALSE(accepts(R"({"type": "integer"})", "1.0"));          // it may be one: the validator knows
  EXPECT_TRUE(accepts(R"({"type": "number", "minimum": 0})", "0"));
  EXPECT_FALSE(accepts(R"({"type": "number", "minimum": 0})", "-1e-9"));
  const char* text = R"({"minLength": 2, "maxLength": 2})";
  EXPECT_TRUE(accepts(text, R"("\u00e9\u20ac")"));
  EXPECT_FALSE(accepts(text, R"("a")") || accepts(text, R"("abc")"));
  const char* numbers = R"({"additionalProperties": {"type": "number"}, "minProperties": 1, "maxProperties": 2})";
  EXPECT_TRUE(accepts(numbers, R"({"a": 1, "b": 2})"));
  EXPECT_FALSE(accepts(numbers, "{}") || accepts(numbers, R"({"a": ""})") ||
               accepts(numbers, R"({"a":1,"b":1,"c":1})"));
  const char* tree =
      R"({"definitions": {"t": {"type": "object", "required": ["v"], "properties": {"v": {"enum": [1, "x"]},
          "in": {"type": "array", "items": {"$ref": "#/definitions/t"}}}}}, "$ref": "#/definitions/t"})";
  EXPECT_TRUE(accepts(tree, R"({"v": 1, "in": [{"v": "x"}, {"v": 1, "in": []}]})"));
  EXPECT_FALSE(accepts(tree, R"({"v": 1, "in": [{"v": "x"}, {"in": []}]})"));
  EXPECT_FALSE(accepts(tree, R"({"v": 1, "in": [{"v": 2}]})") || accepts(tree, R"({"v": 1, "zz": 1})"));
  EXPECT_FALSE(accepts(R"({"$ref": "#/definitions/none"})", "1"));
}

TEST(Schemas, WhatASchemaCannotSayIsSaidToo) {
  const Json good = written().at("report");
  const auto expect_problem = [&](const Json& report, const std::string& part) {
    const Validation found = validated(report.dump(1));
    EXPECT_EQ(found.problems, 1u) << told(found);
    EXPECT_NE(told(found).find(part), std::string::npos) << told(found);
  };
  Json twice = good, shorter = good, machine = good;
  twice["cells"].push_back(good["cells"][0]);
  expect_problem(twice, "/cells/1 the cell");
  shorter["cells"][0]["curve"]["test_loss"].erase(0);
  expect_problem(shorter, "test_loss");
  machine["cells"][0]["machine"] = 3;
  expect_problem(machine, "/cells/0/machine names machine 3; there are 1");
}

TEST(Schemas, UnknownKeysAreWarningsWithTheNearest) {
  Json report = written().at("report");
  report["cells"][0]["stepps"] = 3;
  report["cells"][0]["time"]["phases"]["sea/rch~"] = 1;
  const Validation found = validated(report.dump(1));
  EXPECT_EQ(found.problems, 0u);
  EXPECT_EQ(found.warnings, 2u);
  EXPECT_NE(told(found).find("/cells/0/stepps unknown key 'stepps'; did you mean 'steps'?"), std::string::npos);
  EXPECT_NE(told(found).find("/cells/0/time/phases/sea~1rch~0 "), std::string::npos) << told(found);
}

TEST(Schemas, AMisspeltKeyIsTheOneThatIsMissing) {
  Json report = written().at("report");
  report["cells"][0]["stpes"] = 3;
  report["cells"][0].erase("steps");
  const std::string text = told(validated(report.dump()));
  EXPECT_NE(text.find("/cells/0 missing required property 'steps'"), std::string::npos) << text;
  EXPECT_NE(text.find("unknown key 'stpes'; did you mean 'steps'?"), std::string::npos) << text;
}

TEST(Schemas, ProblemsSayWhatWasExpected) {
  Json report = written().at("report");
  report["cells"][0]["steps"] = "many";
  report["cells"][0]["status"] = "done";
  report["cells"][0].erase("sizes");
  const std::string text = told(validated(report.dump()));
  for (const char* part : {"/cells/0/steps expected a whole number of at least 0, found \"many\"",
                           "/cells/0/status expected one of completed, time_budget,", "found \"done\"",
                           "/cells/0 missing required property 'sizes'"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(Schemas, OnlyTheFirstProblemsAreKept) {
  Json report = written().at("report");
  for (int i = 0; i < 30; ++i) report["cells"].push_back(i);
  const Validation found = validate_text(report.dump(), "file", 4);
  EXPECT_EQ(found.problems, 30u);
  EXPECT_EQ(found.findings.size(), 4u);
  EXPECT_EQ(found.findings.front().place, "/cells/1");
}

TEST(Schemas, OtherFilesAreRefused) {
  for (const char* text : {"", "[]", "{}", "{\"a\": 1}", "{\"schema_version\": 1}", "3", "{\"run\"", "no JSON"})
    EXPECT_THROW((void)validated(text), ReadError) << text;
  EXPECT_THROW((void)schema_text("reprot"), UsageError);
}

TEST(Schemas, DefinitionsOfOneNameAreEqual) {
  std::map<std::string, Json> seen;
  for (const auto& [name, text] : embedded_schemas()) {
    const Json schema = Json::parse(text);
    EXPECT_EQ(schema["$schema"], "http://json-schema.org/draft-07/schema#") << name;
    const Json definitions = schema.value("definitions", Json::object());
    for (const auto& [key, definition] : definitions.items())
      EXPECT_EQ(seen.try_emplace(key, definition).first->second, definition) << name << " " << key;
  }
  EXPECT_EQ(embedded_schemas().size(), 10u);
}

TEST(Schemas, TheTablesOfTheDocumentAreTheirDescriptions) {
  const std::string document = read_text_file(fs::path(PHYSGRAD_SOURCE_DIR) / "results" / "README.md");
  const auto expect_rows = [&](const Json& properties, const std::string& before) {
    for (const auto& [key, property] : properties.items()) {
      const std::string row = "| `" + before + key + "` | " + property["description"].get<std::string>() + " |\n";
      EXPECT_NE(document.find("\n" + row), std::string::npos) << "results/README.md lacks\n" << row;
    }
  };
  const Json report = Json::parse(schema_text("report")), claims = Json::parse(schema_text("claims"));
  expect_rows(report["properties"], "");
  expect_rows(report["definitions"]["cell"]["properties"], "");
  const Json& run = report["properties"]["run"]["properties"];
  expect_rows({{"limits", run["limits"]}, {"tuning", run["tuning"]}}, "run.");
  for (const char* name : {"tuning-line", "tuning-pair"}) {
    Json lines = Json::parse(schema_text(name))["properties"];
    lines.erase("type");
    expect_rows(lines, "");
  }
  const Json weights = Json::parse(schema_text("weights"))["properties"];
  for (const char* key : {"trajectory_hash", "step", "network", "theta"})
    expect_rows({{key, weights[key]}}, "weights.");
  expect_rows(claims["definitions"]["claim"]["properties"], "claims[].");
}

}  // namespace
}  // namespace physgrad::testing
