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
  EXPECT_EQ(ranks.rows.at(1)[1].text, "1 (1x)");
  EXPECT_EQ(ranks.rows.at(0)[1].text, "2 (1.88x)");
  EXPECT_TRUE(ranks.rows.at(1)[1].best);
}

/// Three methods, the last two of which no verdict tells apart.
std::vector<LabelledReport> three_methods() {
  return with_needs(one_report({seeded_cells("gn", kMoreLoss), seeded_cells("pg", kLessLoss),
                                seeded_cells("dp-adam", {0.041, 0.019, 0.022, 0.031, 0.018, 0.026, 0.029, 0.022})}));
}

TEST(AnswerTable, VerdictsLeaveEveryMethodItsPlaces) {
  const auto tables = answer_tables(three_methods());
  const Table& places = tables.at(3);
  EXPECT_EQ(places.rows.front().front().text, "pg");  // by the mean of the middle
  EXPECT_EQ(testing::entry(places, "pg", "heat").text, "1");
  EXPECT_EQ(testing::entry(places, "gn", "heat").text, "2 to 3");
  EXPECT_EQ(testing::entry(places, "dp-adam", "heat").text, "2 to 3");
  EXPECT_EQ(testing::entry(places, "gn", "mean").value, 2.5);
  EXPECT_EQ(testing::entry(places, "gn", "problems").value, 1);
}

TEST(AnswerTable, FewSeedsLeaveEverybodyEveryPlace) {
  const auto tables = answer_tables(one_report({seeded_cells("gn", {0.01, 0.02}), seeded_cells("pg", {0.1, 0.2})}));
  EXPECT_EQ(testing::entry(tables.at(3), "gn", "heat").text, "1 to 2");
  EXPECT_EQ(testing::entry(tables.at(3), "pg", "median").value, 1.5);
}

TEST(AnswerTable, ReadersAskOfTheirProblems) {
  auto reports = three_methods();
  const auto readers = [&] { return answer_tables(reports).at(2); };
  const auto first = [](const Table& table, const std::string& reader) {
    return testing::entry(table, reader, "first by verdicts").text;
  };
  EXPECT_EQ(first(readers(), "a network of at most 2000 weights"), "pg 1");
  EXPECT_EQ(first(readers(), "no inverse simulator"), "none");
  EXPECT_EQ(testing::entry(readers(), "no inverse simulator", "behind nobody by verdicts").text, "dp-adam 1, gn 1");
  EXPECT_THROW((void)first(readers(), "a larger network"), std::out_of_range);
  for (CellRecord& cell : reports.front().report.cells) cell.sizes.parameters = 8000;
  EXPECT_EQ(first(readers(), "a larger network"), "pg 1");
  EXPECT_THROW((void)first(readers(), "a network of at most 2000 weights"), std::out_of_range);
}

TEST(AnswerTable, TheLeastHeapIsOfThoseThatReachTheTarget) {
  auto reports = three_methods();
  for (CellRecord& cell : reports.front().report.cells) {
    const bool misses = cell.key.method == "dp-adam";
    cell.memory.peak_heap_bytes = (misses                    ? 10
                                   : cell.key.method == "gn" ? 20
                                                             : 30) +
                                  static_cast<double>(cell.key.seed);
    if (misses) cell.targets[0].seconds = cell.targets[0].steps = kAbsent;
  }
  const Table readers = answer_tables(reports).at(2);
  EXPECT_EQ(testing::entry(readers, "little memory, and that target", "first by verdicts").text, "gn 1");
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
