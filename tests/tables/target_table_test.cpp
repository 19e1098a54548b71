// What targets cost: expected running times, profiles and distributions by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/measures.hpp"
#include "physgrad/tables/tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::entry;
using testing::sample_cell;
using testing::sample_report;
using testing::troubled_cell;

/// Trained for 2 s; reached 0.1 after `seconds` and ten steps per second, unless absent.
CellRecord target_cell(const std::string& problem, const std::string& method, std::uint64_t seed, double seconds) {
  CellRecord cell = sample_cell(method, seed, 0.2);
  cell.key.problem = problem;
  cell.targets = {{0.1, seconds, 10 * seconds}};
  return cell;
}

TEST(Measures, CostsInSecondsStepsAndSamples) {
  const CellRecord cell = target_cell("heat", "hig", 0, 0.5);
  EXPECT_EQ(cost_to(cell, 0.1, Abscissa::seconds), 0.5);
  EXPECT_EQ(cost_to(cell, 0.1, Abscissa::steps), 5);
  EXPECT_EQ(cost_to(cell, 0.1, Abscissa::samples), 5 * 32);  // not a point of the curve: steps times batch
  EXPECT_EQ(cost_to(cell, 0.6, Abscissa::samples), 32);      // carried by another report: read off the curve
  EXPECT_EQ(cost_to(cell, 0.01, Abscissa::seconds), kInfinity);
  CellRecord free = cell;
  free.targets = {{5.0, 2e-7, 0.0}};
  for (const Abscissa abscissa : kAbscissae) EXPECT_EQ(cost_to(free, 5.0, abscissa), 0);
}

TEST(Measures, ExpectedRunningTimeByHand) {
  const CellRecord fast = target_cell("heat", "hig", 0, 0.5), slow = target_cell("heat", "hig", 1, 1.5),
                   miss = target_cell("heat", "hig", 2, kAbsent);
  EXPECT_EQ(expected_running_time({&fast, &slow, &miss}, 0.1), (0.5 + 1.5 + 2.0) / 2);
  EXPECT_EQ(expected_running_time({&fast}, 0.1), 0.5);
  EXPECT_EQ(expected_running_time({&miss}, 0.1), kInfinity);
  EXPECT_TRUE(std::isnan(expected_running_time({}, 0.1)));
  // A cell whose process died: up to its last point, or nothing known.
  CellRecord dead = miss;
  dead.time = {};
  dead.curve.back().seconds = 1.25;
  EXPECT_EQ(expected_running_time({&fast, &dead}, 0.1), 0.5 + 1.25);
  const CellRecord crashed = troubled_cell("hig", 3, Status::failed, "signal 11");
  EXPECT_EQ(expected_running_time({&fast, &crashed}, 0.1), 0.5);
}

TEST(TargetTable, SuccessRatesMissesAndIntervals) {
  const std::vector<LabelledReport> reports = {
      {"targets", sample_report({target_cell("heat", "hig", 0, 0.5), target_cell("heat", "hig", 1, kAbsent),
                                 target_cell("heat", "hig", 2, 0.25), target_cell("heat", "gn", 0, kAbsent),
                                 troubled_cell("pg", 0, Status::skipped, "no inverse")},
                                {{"heat", "gn", 1}})}};
  const std::vector<Table> tables = target_tables(reports);
  ASSERT_EQ(tables.size(), 2u);
  const Table& table = tables[1];
  EXPECT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(entry(table, "hig", "reached").text, "2/3");
  EXPECT_NEAR(entry(table, "hig", "success rate").value, 2.0 / 3, 1e-15);
  EXPECT_EQ(entry(table, "hig", "to it [s]").text, "0.5 [0.25, miss]");
  EXPECT_EQ(entry(table, "hig", "to it [steps]").value, 5);
  EXPECT_EQ(entry(table, "hig", "ERT [s]").value, (0.5 + 0.25 + 2) / 2);
  EXPECT_EQ(entry(table, "gn", "to it [s]").text, "miss");
  EXPECT_EQ(entry(table, "gn", "ERT [s]").value, kInfinity);
  EXPECT_EQ(entry(table, "pg", "reached").text, "0/0");
  EXPECT_EQ(entry(table, "pg", "to it [s]").text, "-");
  EXPECT_EQ(entry(tables[0], "hig", "train loss").value, 0.2);
}

TEST(TargetTable, AllDiverged) {
  CellRecord cell = target_cell("heat", "hig", 0, kAbsent);
  cell.status = Status::diverged;
  const std::vector<LabelledReport> reports = {{"diverged", sample_report({cell})}};
  const std::vector<Table> tables = target_tables(reports);
  EXPECT_EQ(entry(tables[0], "hig", "train loss").text, "inf");
  EXPECT_EQ(entry(tables[1], "hig", "reached").text, "0/1");
  EXPECT_EQ(entry(profile_tables(reports)[0], "hig", "rho(inf)").value, 0);
  EXPECT_EQ(entry(ecdf_tables(reports)[0], "hig", "ever").value, 0);
}

/// Three problems. heat: 1 s and 4 s; burgers: 3 s and 2 s; poisson: hig misses in two of three seeds, gn does not run.
std::vector<LabelledReport> three_problems() {
  return {{"three", sample_report({target_cell("heat", "hig", 0, 1), target_cell("heat", "gn", 0, 4),
                                   target_cell("burgers", "hig", 0, 3), target_cell("burgers", "gn", 0, 2),
                                   target_cell("poisson", "hig", 0, 1), target_cell("poisson", "hig", 1, kAbsent),
                                   target_cell("poisson", "hig", 2, kAbsent)})}};
}

TEST(ProfileTable, ByHand) {
  const auto reports = three_problems();
  const std::vector<Table> tables = profile_tables(reports);
  ASSERT_EQ(tables.size(), 3u);
  for (const Table& table : tables) {  // ten steps a second, 32 samples a step: equal ratios
    EXPECT_EQ(entry(table, "hig", "tried").text, "3/3");
    EXPECT_EQ(entry(table, "gn", "tried").text, "2/3");
    EXPECT_NEAR(entry(table, "hig", "rho(1)").value, 1.0 / 3, 1e-15) << table.title;
    EXPECT_NEAR(entry(table, "hig", "rho(1.5)").value, 2.0 / 3, 1e-15);
    EXPECT_NEAR(entry(table, "hig", "rho(inf)").value, 2.0 / 3, 1e-15);  // poisson: the median is a miss
    EXPECT_NEAR(entry(table, "gn", "rho(1)").value, 1.0 / 3, 1e-15);
    EXPECT_NEAR(entry(table, "gn", "rho(3)").value, 1.0 / 3, 1e-15);
    EXPECT_NEAR(entry(table, "gn", "rho(5)").value, 2.0 / 3, 1e-15);
  }
}

TEST(ProfileTable, TargetsThatTheStartReachesAreTies) {
  CellRecord one = target_cell("heat", "hig", 0, 2e-7), other = target_cell("heat", "gn", 0, 5e-7);
  one.targets[0].steps = other.targets[0].steps = 0;
  const std::vector<LabelledReport> reports = {{"free", sample_report({one, other})}};
  for (const Table& table : profile_tables(reports))
    for (const char* method : {"hig", "gn"}) EXPECT_EQ(entry(table, method, "rho(1)").value, 1) << table.title;
}

// Five triples: heat and burgers with one seed each, poisson with three.
TEST(EcdfTable, ByHand) {
  const auto reports = three_problems();
  const std::vector<Table> tables = ecdf_tables(reports);
  ASSERT_EQ(tables.size(), 3u);
  EXPECT_EQ(entry(tables[0], "hig", "tried").text, "5/5");
  EXPECT_EQ(entry(tables[0], "gn", "tried").text, "2/5");
  EXPECT_NEAR(entry(tables[0], "hig", "1 s").value, 2.0 / 5, 1e-15);
  EXPECT_NEAR(entry(tables[0], "hig", "3 s").value, 3.0 / 5, 1e-15);
  EXPECT_NEAR(entry(tables[0], "hig", "ever").value, 3.0 / 5, 1e-15);
  EXPECT_EQ(entry(tables[0], "gn", "1 s").value, 0);
  EXPECT_NEAR(entry(tables[0], "gn", "3 s").value, 1.0 / 5, 1e-15);
  EXPECT_NEAR(entry(tables[0], "gn", "ever").value, 2.0 / 5, 1e-15);
  EXPECT_NEAR(entry(tables[1], "hig", "30 steps").value, 3.0 / 5, 1e-15);  // steps
  EXPECT_NEAR(entry(tables[2], "hig", "ever").value, 3.0 / 5, 1e-15);
}

TEST(StatisticsTables, SameReportSameBytes) {
  for (const char* kind : {"targets", "verdicts", "profiles", "families", "ecdf"}) {
    const auto first = three_problems(), second = three_problems();
    EXPECT_EQ(render(make_tables(kind, first), TableFormat::csv), render(make_tables(kind, second), TableFormat::csv));
  }
}

}  // namespace
}  // namespace physgrad
