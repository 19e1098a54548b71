// What tables share is made once, and cells that differ in their seed alone share what they are.
#include "physgrad/tables/report_set.hpp"

#include <gtest/gtest.h>

#include "physgrad/tables/row_plan.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

using testing::one_report;
using testing::seeded_cells;

TEST(ReportSet, GroupsAreMadeOnce) {
  const std::vector<LabelledReport> reports = one_report({seeded_cells("gn", {1, 2, 3}), seeded_cells("hig", {1, 2})});
  const ReportSet set(reports);
  EXPECT_EQ(&set.groups(), &set.groups());
  EXPECT_EQ(&set.comparable_groups(), &set.comparable_groups());
  ASSERT_EQ(set.groups().size(), group_cells(reports).size());
  EXPECT_EQ(set.groups().front().rows.front().distinct().size(), 3u);
}

TEST(Identities, AreSharedByCellsThatDifferInTheirSeedAlone) {
  std::vector<LabelledReport> reports = one_report({seeded_cells("gn", {1, 2, 3}), seeded_cells("hig", {1, 2})});
  const auto identity = [&](std::size_t i) { return planned_cells(reports).at(i).identity; };
  const std::vector<PlannedCell> cells = planned_cells(reports);
  EXPECT_EQ(cells.at(0).identity, cells.at(2).identity);
  EXPECT_NE(cells.at(0).identity, cells.at(3).identity);
  reports.front().report.cells.at(1).used["eta"] = 0.123;
  EXPECT_NE(identity(0)->setup, identity(1)->setup);
  EXPECT_EQ(identity(0)->setup, identity(2)->setup);
}

}  // namespace
}  // namespace physgrad
