// A selection leaves some cells, ended and planned, and what is said of them; what selects nothing is refused.
#include "physgrad/tables/selection.hpp"

#include <gtest/gtest.h>

#include "record/sample_records.hpp"

namespace physgrad {
namespace {

std::vector<LabelledReport> two_methods() {
  return testing::one_report(
      {testing::seeded_cells("hig", {0.1, 0.2, 0.3}), testing::seeded_cells("dp-adam", {1, 2, 3})});
}

std::string selection_refusal(const Selection& selection) {
  auto reports = two_methods();
  try {
    select(reports, selection);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(Selection, KeepsWhatIsNamed) {
  auto reports = two_methods();
  select(reports, {{}, {"dp-*"}, {"0", "2-9"}});
  const Report& report = reports.front().report;
  ASSERT_EQ(report.cells.size(), 2u);
  EXPECT_EQ(report.cells[0].key.method, "dp-adam");
  EXPECT_EQ(report.cells[1].key.seed, 2u);
  EXPECT_EQ(report.header.planned.size(), 2u);
  for (const MethodNote& note : report.header.methods) EXPECT_EQ(note.name, "dp-adam");
}

TEST(Selection, OfNothingIsEverything) {
  auto reports = two_methods();
  select(reports, {});
  EXPECT_EQ(reports.front().report.cells.size(), 6u);
}

TEST(Selection, CellsOutOfThePlanAreSelectedToo) {
  auto reports = two_methods();
  reports.front().report.header.planned.clear();
  select(reports, {});
  EXPECT_EQ(reports.front().report.cells.size(), 6u);
  select(reports, {{}, {"hig"}, {"1"}});
  EXPECT_EQ(reports.front().report.cells.size(), 1u);
}

TEST(Selection, OfWhatIsNotThereIsRefused) {
  const std::string problem = testing::sample_cell("hig", 0, 1).key.problem;
  EXPECT_NE(selection_refusal({{"x*"}, {}, {}}).find("no problem fits 'x*'; there are " + problem), std::string::npos);
  EXPECT_NE(selection_refusal({{}, {"hog"}, {}}).find("'hig'"), std::string::npos);
  EXPECT_EQ(selection_refusal({{}, {}, {"7"}}), "--seed 7: no cell has such a seed");
  for (const char* text : {"", "x", "1-", "-1", "1.5", "99999999999999999999"})
    EXPECT_NE(selection_refusal({{}, {}, {text}}).find("expected a seed or a range"), std::string::npos) << text;
  EXPECT_NE(selection_refusal({{}, {}, {"3-1"}}).find("the range is empty"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
