// Reports whose cells are written once with columns of what differs read as the cells that they stand for.
#include "physgrad/record/packed_cells.hpp"

#include <gtest/gtest.h>

#include "physgrad/record/cell_json.hpp"
#include "physgrad/record/report_json.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

/// A report without plain cells, and these columns over one sample cell.
std::string packed_report(const std::string& columns) {
  Json report = Json::parse(report_text(sample_report({})));
  report["run"].erase("planned");
  report["packed_cells"] =
      Json::array({{{"common", Json::parse(dump_json(cell_json(sample_cell("gn", 0, 0.1), true), -1))},
                    {"columns", Json::parse(columns)}}});
  return report.dump();
}

std::string message_of(const std::string& columns) {
  try {
    (void)parse_report(packed_report(columns), "packed");
  } catch (const ReadError& error) {
    return error.what();
  }
  return "read";
}

TEST(PackedCells, AreTheCellsThatTheyStandFor) {
  const Report report =
      parse_report(packed_report(R"({"/seed": [3, 4, 5], "/targets/0/seconds": [0.25, null, 0.5]})"), "packed");
  ASSERT_EQ(report.cells.size(), 3u);
  EXPECT_EQ(report.header.planned.size(), 3u);
  EXPECT_EQ(report.cells[0].key.seed, 3u);
  EXPECT_EQ(report.cells[2].key.seed, 5u);
  EXPECT_EQ(report.cells[2].key.method, "gn");
  EXPECT_EQ(report.cells[2].targets[0].seconds, 0.5);
  EXPECT_TRUE(std::isnan(report.cells[1].targets[0].seconds));
  EXPECT_EQ(report.cells[1].time.step_median, 0.1);
}

TEST(PackedCells, WhatCannotBeExpandedIsOneLine) {
  EXPECT_NE(message_of(R"({"/seed": [1, 2], "/steps": [1]})").find("values and another one"), std::string::npos);
  EXPECT_NE(message_of(R"({"/sede": [1]})").find("'/sede' is no place in the common cell"), std::string::npos);
  EXPECT_NE(message_of(R"({"seed": [1]})").find("'seed' is no place"), std::string::npos);
  EXPECT_NE(message_of(R"({"": [1]})").find("'' is no place"), std::string::npos);
  EXPECT_NE(message_of(R"({"/targets/7/seconds": [1]})").find("is no place"), std::string::npos);
  EXPECT_NE(message_of(R"({"/seed": 1})").find("expected an array"), std::string::npos);
  EXPECT_NE(message_of(R"({"/seed": [1, 1]})").find("appears twice"), std::string::npos);
  std::string many = "[0";
  for (int i = 0; i < 100000; ++i) many += ",0";
  EXPECT_NE(message_of(R"({"/seed": )" + many + "]}").find("more than is read"), std::string::npos);
}

}  // namespace
}  // namespace physgrad::testing
