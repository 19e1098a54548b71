// Who is first at a question, how far ahead, and whether seeds decide it.
#include <gtest/gtest.h>

#include <algorithm>

#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::entry;
using testing::one_report;
using testing::seeded_cells;

const std::vector<double> kSmall = {0.01, 0.02, 0.011, 0.012, 0.013, 0.014}, kLarge = {0.1, 0.3, 0.15, 0.17, 0.19, 0.2};

Table leaders(const std::vector<LabelledReport>& reports) { return answer_tables(reports).at(1); }

/// Of the first question: the loss at the end.
const Entry& leader(const Table& table, const std::string& header) {
  return entry(table, table.rows.front().front().text, header);
}

TEST(LeaderTable, ADecidedBestIsMarkedAndAheadOfAll) {
  const Table table = leaders(one_report({seeded_cells("gn", kLarge), seeded_cells("hig", kSmall)}));
  EXPECT_EQ(leader(table, "first").text, "hig");
  EXPECT_TRUE(leader(table, "first").best);
  EXPECT_EQ(leader(table, "next").text, "gn");
  EXPECT_LT(leader(table, "first / next").high, 1);
  EXPECT_EQ(leader(table, "verdict").text, "ahead of all others");
}

TEST(LeaderTable, WhatSeedsDoNotDecideIsSaid) {
  const auto third = seeded_cells("lm", {0.011, 0.018, 0.012, 0.011, 0.014, 0.0125});
  const Table table = leaders(one_report({seeded_cells("hig", kSmall), seeded_cells("gn", kLarge), third}));
  EXPECT_FALSE(leader(table, "first").best);
  EXPECT_EQ(leader(table, "verdict").text, "unresolved against hig, gn");
}

TEST(LeaderTable, OneMethodAndNoCellAreNoComparison) {
  const Table one = leaders(one_report({seeded_cells("gn", kSmall)}));
  EXPECT_EQ(leader(one, "first").text, "gn");
  EXPECT_EQ(leader(one, "next").text, "-");
  EXPECT_EQ(leader(one, "verdict").text, "nothing to compare with");
  EXPECT_TRUE(leaders(one_report({})).rows.empty());
}

TEST(LeaderTable, AConstraintThatLeavesEverybodyIsNotAskedAgain) {
  std::vector<LabelledReport> reports = one_report({seeded_cells("gn", kLarge), seeded_cells("pg", kSmall)});
  const auto asks = [&](const std::string& question) {
    const Table table = leaders(reports);
    return std::ranges::any_of(table.rows, [&](const auto& row) { return row[1].text == question; });
  };
  reports.front().report.header.methods = {{"gn", "", "", {"jacobian"}}, {"pg", "", "", {"jacobian"}}};
  EXPECT_FALSE(asks("no inverse"));
  reports.front().report.header.methods[1].needs = {"inverse"};
  EXPECT_TRUE(asks("no inverse"));
}

}  // namespace
}  // namespace physgrad
