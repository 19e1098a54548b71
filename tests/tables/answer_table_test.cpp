// The answer names a method where verdicts do, and says who is left where they do not.
#include <gtest/gtest.h>

#include <algorithm>

#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::one_report;
using testing::seeded_cells;

const std::vector<double> kLessLoss = {0.010, 0.012, 0.011, 0.014, 0.013, 0.015, 0.016, 0.0105};
const std::vector<double> kMoreLoss = {0.020, 0.024, 0.026, 0.023, 0.029, 0.031, 0.022, 0.0215};

std::vector<LabelledReport> with_needs(std::vector<LabelledReport> reports) {
  reports.front().report.header.methods = {
      {"pg", "", "", {"inverse"}}, {"dp-adam", "", "", {"gradient"}}, {"gn", "", "", {"gradient", "jacobian"}}};
  return reports;
}

const Entry& answer(const std::vector<Table>& tables, const std::string& header) {
  return tables.front().rows.at(0)[testing::column_of(tables.front(), header)];
}

TEST(AnswerTable, ConstraintsLeaveOtherMethods) {
  const auto tables =
      answer_tables(with_needs(one_report({seeded_cells("pg", kLessLoss), seeded_cells("gn", kMoreLoss),
                                           seeded_cells("dp-adam", {1, 1.1, 1.3, 1.7, 1.2, 1.4, 1.5, 1.6})})));
  EXPECT_EQ(answer(tables, "lowest loss").text, "pg (0.0125)");
  EXPECT_TRUE(answer(tables, "lowest loss").best);
  EXPECT_EQ(answer(tables, "no inverse").text, "gn (0.0235)");
  EXPECT_TRUE(answer(tables, "no inverse").best);
  EXPECT_TRUE(std::ranges::any_of(tables.front().notes, [](const std::string& note) {
    return note == "Lowest loss at the end: pg on 1 of 1 problem.";
  }));
}

TEST(AnswerTable, WithoutAVerdictAllThatAreLeftAreNamed) {
  const auto tables =
      answer_tables(with_needs(one_report({seeded_cells("pg", {0.01, 0.02}), seeded_cells("gn", {0.03, 0.015})})));
  EXPECT_EQ(answer(tables, "lowest loss").text, "unresolved: pg, gn");
  EXPECT_FALSE(answer(tables, "lowest loss").best);
  EXPECT_EQ(answer(tables, "seeds").value, 2);
}

TEST(AnswerTable, RanksCarryFactorsAndMarkOnlyVerdicts) {
  const auto tables =
      answer_tables(with_needs(one_report({seeded_cells("gn", kMoreLoss), seeded_cells("pg", kLessLoss)})));
  const Table& ranks = tables.back();
  EXPECT_EQ(ranks.rows.at(1)[1].text, "1 [1-1] (1x)");
  EXPECT_EQ(ranks.rows.at(0)[1].text, "2 [2-2] (1.88x)");
  EXPECT_TRUE(ranks.rows.at(1)[1].best);
}

/// A family is first where its members' being equal is all that seeds leave open.
TEST(FamilyTable, MembersNeedNotBeToldApart) {
  const auto reports = one_report({seeded_cells("gn", kLessLoss), seeded_cells("lm", kLessLoss),
                                   seeded_cells("pg", kMoreLoss), seeded_cells("dp-adam", kMoreLoss)});
  const std::vector<Table> tables = family_tables(reports);
  EXPECT_EQ(testing::entry(tables[0], "gn", "members").text, "gn, lm");
  EXPECT_EQ(testing::entry(tables[0], "gn", "alone first").value, 1);
  EXPECT_EQ(testing::entry(tables[0], "gn", "may be first").value, 1);
  EXPECT_EQ(testing::entry(tables[0], "pg", "may be first").value, 0);
  EXPECT_EQ(testing::entry(tables[0], "pg", "problems").value, 1);
  const auto open = one_report({seeded_cells("gn", kLessLoss), seeded_cells("pg", kLessLoss)});
  EXPECT_EQ(testing::entry(family_tables(open)[0], "gn", "alone first").value, 0);
}

TEST(AnswerTable, NothingAtAllIsATableWithoutRows) {
  const auto tables = answer_tables(one_report({}));
  EXPECT_TRUE(tables.front().rows.empty());
}

}  // namespace
}  // namespace physgrad
