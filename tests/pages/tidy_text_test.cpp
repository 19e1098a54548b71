// Exported rows against the reports that they are made from, and the dictionary against the rows.
#include "physgrad/pages/tidy_text.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "physgrad/files/json.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

TidyForm form(const std::string& name) {
  for (TidyForm& each : tidy_forms())
    if (each.name == name) return each;
  return tidy_dictionary();
}

std::string written(const std::string& name, const std::vector<LabelledReport>& reports, TidyFormat format) {
  std::string text;
  write_tidy(form(name), reports, format, [&](std::string_view piece) { text += piece; });
  return text;
}

std::vector<Json> rows(const std::string& name, const std::vector<LabelledReport>& reports) {
  std::vector<Json> result;
  const std::string text = written(name, reports, TidyFormat::jsonl);
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    result.push_back(parse_json(text.substr(start, end - start), name));
    start = end + 1;
  }
  return result;
}

std::vector<LabelledReport> some_reports() {
  CellRecord cell = sample_cell("hig", 18446744073709551615u, 0.1);
  cell.given["tau"] = 1e-5;
  cell.used["tau"] = 1e-5;
  cell.targets = {{0.5, 0.1 + 0.2, 3}, {1e-9, kAbsent, kAbsent}};
  Report report =
      sample_report({cell, troubled_cell("pg", 1, Status::failed, "a \"b\", c\nd")}, {{cell.key.problem, "gn", 2}});
  return {{"run, one", report}};
}

TEST(Tidy, ACellIsARowAndSoIsOneThatDidNotEnd) {
  const auto cells = rows("cells", some_reports());
  ASSERT_EQ(cells.size(), 3u);
  EXPECT_EQ(cells[0]["report"], "run, one");
  EXPECT_EQ(cells[0]["seed"], 18446744073709551615u);
  EXPECT_EQ(cells[0]["final_train_loss"], some_reports()[0].report.cells[0].final.train_loss);
  EXPECT_EQ(cells[0]["succeeded"], true);
  EXPECT_EQ(cells[1]["status"], "failed");
  EXPECT_EQ(cells[1]["reason"], "a \"b\", c\nd");
  EXPECT_EQ(cells[1]["final_train_loss"], nullptr);
  EXPECT_EQ(cells[2]["status"], "unfinished");
  EXPECT_EQ(cells[2]["method"], "gn");
  EXPECT_EQ(cells[2]["steps"], nullptr);
}

TEST(Tidy, CurvesTargetsAndSettings) {
  const auto reports = some_reports();
  const CellRecord& cell = reports[0].report.cells[0];
  const auto points = rows("curves", reports);
  ASSERT_EQ(points.size(), cell.curve.size() + reports[0].report.cells[1].curve.size());
  EXPECT_EQ(points[0]["seconds"], cell.curve[0].seconds);
  EXPECT_EQ(points[0]["hash"].get<std::string>().size(), 16u);
  const auto targets = rows("targets", reports);
  ASSERT_GE(targets.size(), 2u);
  EXPECT_EQ(targets[0]["seconds"], 0.1 + 0.2);  // every digit
  EXPECT_EQ(targets[0]["reached"], true);
  EXPECT_EQ(targets[1]["reached"], false);
  EXPECT_EQ(targets[1]["seconds"], nullptr);
  std::map<std::string, Json> settings;
  for (const Json& row : rows("settings", reports)) settings.emplace(row["setting"], row);
  EXPECT_EQ(settings.at("tau")["value"], "1e-05");
  EXPECT_EQ(settings.at("tau")["given"], true);
}

TEST(Tidy, CsvQuotesAndLeavesEmpty) {
  const std::string text = written("cells", some_reports(), TidyFormat::csv);
  EXPECT_TRUE(text.starts_with("report,problem,method,problem_sweep,method_sweep,seed,"));
  EXPECT_NE(text.find("\n\"run, one\","), std::string::npos);
  EXPECT_NE(text.find(",failed,\"a \"\"b\"\", c\nd\",false,"), std::string::npos) << text;
  EXPECT_NE(text.find(",unfinished,,,,"), std::string::npos);
  EXPECT_NE(text.find(",18446744073709551615,"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_EQ(written("cells", {}, TidyFormat::csv).find('\n'), written("cells", {}, TidyFormat::csv).size() - 1);
  EXPECT_EQ(written("cells", {}, TidyFormat::jsonl), "");
}

TEST(Tidy, TheDictionaryDescribesEveryColumnAndTypesHold) {
  std::map<std::string, std::string> types;
  for (const Json& row : rows("dictionary", {})) {
    const std::string name = row["what"].get<std::string>() + "." + row["column"].get<std::string>();
    EXPECT_TRUE(types.emplace(name, row["type"]).second) << name << " twice";
    EXPECT_FALSE(row["meaning"].get<std::string>().empty()) << name;
  }
  std::size_t columns = 0;
  for (const TidyForm& each : tidy_forms()) {
    columns += each.columns.size();
    for (const Json& row : rows(each.name, some_reports()))
      for (const auto& [key, value] : row.items()) {
        const std::string type = types.at(each.name + "." + key);
        const bool right = value.is_null() || (type == "text" && value.is_string()) ||
                           (type == "boolean" && value.is_boolean()) || (type == "number" && value.is_number()) ||
                           (type == "integer" && value.is_number_integer());
        EXPECT_TRUE(right) << each.name << "." << key << " " << value.dump();
      }
  }
  EXPECT_EQ(types.size(), columns);
  EXPECT_EQ(dictionary_document(), read_text_file(std::string(PHYSGRAD_SOURCE_DIR) + "/docs/data-dictionary.md"))
      << "docs/data-dictionary.md is made by: physgrad-bench export --what dictionary --format md";
}

}  // namespace
}  // namespace physgrad::testing
