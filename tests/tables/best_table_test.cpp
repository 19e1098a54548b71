// Who is best on a problem, and whether seeds decide it.
#include <gtest/gtest.h>

#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::entry;
using testing::one_report;
using testing::seeded_cells;

const std::vector<double> kSmall = {0.01, 0.02, 0.011, 0.012, 0.013, 0.014}, kLarge = {0.1, 0.3, 0.15, 0.17, 0.19, 0.2};

/// Of the first question: the loss at the end.
const Entry& best_entry(const Table& table, const std::string& header) {
  return entry(table, table.rows.front().front().text, header);
}

TEST(BestTable, ADecidedBestIsMarkedAndAheadOfAll) {
  const Table table = best_tables(one_report({seeded_cells("gn", kLarge), seeded_cells("hig", kSmall)})).front();
  EXPECT_EQ(best_entry(table, "best").text, "hig");
  EXPECT_TRUE(best_entry(table, "best").best);
  EXPECT_EQ(best_entry(table, "next").text, "gn");
  EXPECT_LT(best_entry(table, "best / next").high, 1);
  EXPECT_EQ(best_entry(table, "verdict").text, "ahead of all others");
}

TEST(BestTable, WhatSeedsDoNotDecideIsSaid) {
  const auto third = seeded_cells("lm", {0.011, 0.018, 0.012, 0.011, 0.014, 0.0125});
  const Table table = best_tables(one_report({seeded_cells("hig", kSmall), seeded_cells("gn", kLarge), third})).front();
  EXPECT_FALSE(best_entry(table, "best").best);
  EXPECT_EQ(best_entry(table, "verdict").text, "unresolved against hig, gn");
}

TEST(BestTable, OneMethodAndNoCellAreNoComparison) {
  const Table one = best_tables(one_report({seeded_cells("gn", kSmall)})).front();
  EXPECT_EQ(best_entry(one, "best").text, "gn");
  EXPECT_EQ(best_entry(one, "next").text, "-");
  EXPECT_EQ(best_entry(one, "verdict").text, "nothing to compare with");
  EXPECT_TRUE(best_tables({}).empty());
}

}  // namespace
}  // namespace physgrad
