// Version B against version A: what is paired with what, what is judged, and what is said where nothing can be.
#include "physgrad/tables/comparison.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "physgrad/core/numbers.hpp"
#include "physgrad/core/rng.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/bounds.hpp"
#include "physgrad/tables/compare_benchmarks.hpp"
#include "physgrad/tables/compare_reports.hpp"
#include "physgrad/tables/comparison_tables.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::column_of;
using testing::sample_report;
using testing::seeded_cells;
using testing::troubled_cell;

using Edit = std::function<void(CellRecord&)>;

/// Seeds 0 .. seeds - 1 of one method with its step of about 1 ms.
Report version(int seeds, const Edit& edit = {}, const std::string& method = "hig") {
  std::vector<double> losses;
  for (int seed = 0; seed < seeds; ++seed) losses.push_back(0.1 * (1 + 0.1 * seed));
  std::vector<CellRecord> cells = seeded_cells(method, losses);
  for (CellRecord& cell : cells) {
    cell.status = Status::completed;
    cell.time.step_mean = 1e-3 * (1 + 0.01 * static_cast<double>(cell.key.seed));
    cell.memory.peak_heap_bytes = 2e6;
    if (edit) edit(cell);
  }
  return sample_report(std::move(cells));
}

/// What noise does to a number, different for every seed and the same in every run of the test.
Edit slower(double factor, double noise = 0.01) {
  return [=](CellRecord& cell) {
    Rng rng(cell.key.seed, "noise");
    cell.time.step_mean *= factor * std::exp(noise * rng.normal());
  };
}

Edit worse(double factor) {
  return [=](CellRecord& cell) {
    cell.curve.back().losses.train_loss *= factor;
    cell.final = cell.best = cell.curve.back().losses;
  };
}

ComparedVersions compared(const Report& a, const Report& b) { return compare_reports({"a", a}, {"b", b}); }

const Comparison& single(const ComparedVersions& versions, Aspect aspect) {
  for (const Comparison& each : versions.single)
    if (each.aspect == aspect) return each;
  throw std::out_of_range(to_text(aspect));
}

Bound bound(const char* text) { return parse_bound("--fail-if-slower", text); }

std::string page_of(const ComparedVersions& versions) { return render(comparison_tables(versions), TableFormat::text); }

TEST(CompareReports, EqualReportsAreEqualInEverything) {
  const ComparedVersions versions = compared(version(8), version(8));
  EXPECT_EQ(
      versions.summary,
      "8 cells in A, 8 in B; 8 ended in both, 0 only in A, 0 only in B, 0 with another status, same trajectory 8/8");
  for (const Comparison& each : versions.single) EXPECT_EQ(verdict_text(each), "equal") << each.quantity;
  for (const OverallComparison& each : versions.overall)
    EXPECT_EQ(each.equal, each.comparison.aspect == Aspect::target_time ? 2 : 1);
  EXPECT_EQ(family_size(versions), 0u);
  EXPECT_TRUE(judge_slower(versions, bound("0%")).broken.empty());
  EXPECT_TRUE(judge_worse(versions, bound("0%")).broken.empty());
  EXPECT_TRUE(judge_slower(versions, bound("0%")).judged);
}

TEST(CompareReports, SlowerSteps) {
  const ComparedVersions versions = compared(version(8), version(8, slower(1.2)));
  const Comparison& steps = single(versions, Aspect::step_time);
  EXPECT_EQ(verdict_text(steps), "worse");
  EXPECT_NEAR(std::exp(steps.log_ratio.median), 1.2, 0.02);
  EXPECT_EQ(steps.p, 2.0 / 256);
  EXPECT_EQ(steps.corrected_p, steps.p);  // what is equal could not have been decided
  const Judgement ten = judge_slower(versions, bound("10%"));
  ASSERT_EQ(ten.broken.size(), 1u);
  EXPECT_TRUE(ten.broken[0].starts_with("--fail-if-slower 10%: heat hig, mean step [ms]: B / A 1.")) << ten.broken[0];
  EXPECT_NE(ten.broken[0].find("of 8 pairs"), std::string::npos);
  EXPECT_TRUE(judge_slower(versions, bound("1.25x")).broken.empty());
  EXPECT_TRUE(judge_worse(versions, bound("0%")).broken.empty());
  EXPECT_EQ(verdict_text(single(compared(version(8, slower(1.2)), version(8)), Aspect::step_time)), "better");
}

/// The bound lies within the interval: on such evidence nobody is woken.
TEST(CompareReports, AnIntervalAcrossTheBoundDoesNotBreakIt) {
  const ComparedVersions versions = compared(version(8), version(8, slower(1.12, 0.1)));
  EXPECT_GT(single(versions, Aspect::step_time).log_ratio.high, std::log(1.1));
  EXPECT_TRUE(judge_slower(versions, bound("10%")).broken.empty());
}

TEST(CompareReports, OfFewSeedsTheMedianDecidesAndIsSaidToBeInsignificant) {
  const ComparedVersions versions = compared(version(1), version(1, slower(1.2)));
  const Comparison& steps = single(versions, Aspect::step_time);
  EXPECT_EQ(verdict_text(steps), "unresolved");
  EXPECT_EQ(steps.test, "-");
  EXPECT_TRUE(std::isnan(steps.p));
  const Judgement judgement = judge_slower(versions, bound("10%"));
  ASSERT_EQ(judgement.broken.size(), 1u);
  EXPECT_NE(judgement.broken[0].find("of 1 pair, too few to be significant"), std::string::npos) << judgement.broken[0];
  EXPECT_NE(page_of(versions).find("No comparison has enough values for a verdict."), std::string::npos);
}

TEST(CompareReports, WorseLossesAndLostCells) {
  const ComparedVersions versions = compared(version(8), version(8, worse(1.5)));
  EXPECT_EQ(verdict_text(single(versions, Aspect::training_loss)), "worse");
  EXPECT_NEAR(std::exp(single(versions, Aspect::training_loss).log_ratio.low), 1.5, 1e-12);
  EXPECT_EQ(judge_worse(versions, parse_bound("--fail-if-worse", "10%")).broken.size(), 1u);
  EXPECT_TRUE(judge_worse(versions, parse_bound("--fail-if-worse", "2x")).broken.empty());
  const ComparedVersions lost = compared(version(8), version(8, [](CellRecord& cell) {
                                           if (cell.key.seed == 3) cell.status = Status::diverged;
                                           if (cell.key.seed == 3) cell.reason = "loss is not finite";
                                         }));
  const Judgement judgement = judge_worse(lost, parse_bound("--fail-if-worse", "10%"));
  ASSERT_EQ(judgement.broken.size(), 1u);
  EXPECT_EQ(
      judgement.broken[0],
      "--fail-if-worse 10%: heat hig: 1 of 8 cells that succeeded in A did not in B (diverged: loss is not finite)");
  EXPECT_NE(page_of(lost).find("heat hig, seed 3: completed in A, diverged in B: loss is not finite"),
            std::string::npos);
  EXPECT_TRUE(judge_slower(lost, bound("10%")).broken.empty());
}

TEST(CompareReports, MissingCellsAreCountedAndSaid) {
  Report b = version(6);
  b.header.planned.push_back({"heat", "hig", 6});
  const ComparedVersions versions = compared(version(8), b);
  EXPECT_TRUE(versions.summary.starts_with("8 cells in A, 7 in B; 6 ended in both, 1 only in A, 0 only in B"))
      << versions.summary;
  EXPECT_EQ(testing::entry(versions.inventory, "heat", "B").text, "6/7, 1 unfinished");
  const Judgement judgement = judge_slower(versions, bound("10%"));
  EXPECT_TRUE(judgement.judged);
  ASSERT_EQ(judgement.remarks.size(), 1u);
  EXPECT_NE(judgement.remarks[0].find("2 cells of A without a counterpart in B"), std::string::npos);
}

TEST(CompareReports, NothingInCommonCannotBeJudged) {
  const ComparedVersions others = compared(version(2), version(2, {}, "gn"));
  EXPECT_TRUE(others.single.empty());
  EXPECT_EQ(others.inventory.rows.size(), 2u);
  EXPECT_FALSE(judge_slower(others, bound("10%")).judged);
  const ComparedVersions nothing = compared(sample_report({}), sample_report({}));
  EXPECT_FALSE(judge_worse(nothing, bound("10%")).judged);
  EXPECT_NE(page_of(nothing).find("0 cells in A, 0 in B"), std::string::npos);
  const std::vector<CellRecord> skipped = {troubled_cell("pg", 0, Status::skipped, "no inverse")};
  EXPECT_TRUE(compared(sample_report(skipped), sample_report(skipped)).single.empty());
}

TEST(CompareReports, TimesOfTwoMachinesAreShownAndNotJudged) {
  Report b = version(8, slower(3));
  b.header.environment.cpu = "another cpu";
  const ComparedVersions versions = compared(version(8), b);
  ASSERT_EQ(versions.machines.size(), 1u);
  EXPECT_EQ(versions.machines[0], "cpu: a \"quoted\" processor in A, another cpu in B");
  const Comparison& steps = single(versions, Aspect::step_time);
  EXPECT_EQ(verdict_text(steps), "another machine");
  EXPECT_NEAR(steps.b / steps.a, 3, 0.1);
  EXPECT_EQ(steps.left_out, 8u);
  const Judgement judgement = judge_slower(versions, bound("10%"));
  EXPECT_FALSE(judgement.judged);
  EXPECT_NE(judgement.remarks.at(0).find("another machine (cpu: "), std::string::npos);
  EXPECT_EQ(verdict_text(single(versions, Aspect::training_loss)), "equal");  // after equal steps
  Report budgeted = b;
  for (CellRecord& cell : budgeted.cells) cell.limits.budget_seconds = 2;
  Report before = version(8);
  for (CellRecord& cell : before.cells) cell.limits.budget_seconds = 2;
  EXPECT_EQ(verdict_text(single(compared(before, budgeted), Aspect::training_loss)), "another machine");
}

TEST(CompareReports, CellsOnOtherThreadsAreOtherTasks) {
  Report b = version(8, [](CellRecord& cell) { cell.limits.threads = 2; });
  b.header.limits.threads = b.header.environment.threads = 2;
  const ComparedVersions versions = compared(version(8), b);
  EXPECT_FALSE(versions.single.empty());
  for (const Comparison& each : versions.single) EXPECT_EQ(verdict_text(each), "another task") << each.quantity;
  EXPECT_FALSE(judge_slower(versions, bound("10%")).judged);
  EXPECT_NE(page_of(versions).find("threads=1 in A, 2 in B"), std::string::npos) << page_of(versions);
}

TEST(CompareReports, AnotherProgramIsWhatIsCompared) {
  const ComparedVersions versions = compared(version(8), version(8, [](CellRecord& cell) {
                                               cell.program = "cafe";
                                               slower(1.2)(cell);
                                             }));
  EXPECT_TRUE(versions.machines.empty());
  EXPECT_EQ(verdict_text(single(versions, Aspect::step_time)), "worse");
}

TEST(CompareReports, DisturbedCellsDoNotCountForTimes) {
  const auto disturbed = [](std::uint64_t first) {
    return [first](CellRecord& cell) {
      if (cell.key.seed < first) return;
      cell.disturbed = true;
      cell.time.step_mean *= 5;
    };
  };
  const ComparedVersions two = compared(version(8), version(8, disturbed(6)));
  EXPECT_EQ(single(two, Aspect::step_time).samples_a, 6u);
  EXPECT_EQ(single(two, Aspect::step_time).left_out, 2u);
  EXPECT_EQ(verdict_text(single(two, Aspect::step_time)), "equal");
  const ComparedVersions most = compared(version(8, slower(0.5)), version(8, disturbed(3)));
  EXPECT_EQ(single(most, Aspect::step_time).samples_a, 3u);
  EXPECT_TRUE(judge_slower(most, bound("10%")).broken.empty());  // three of eight seeds are no choice of anybody's
  EXPECT_FALSE(judge_slower(most, bound("10%")).judged);
  EXPECT_NE(judge_slower(most, bound("10%")).remarks.at(0).find("most pairs disturbed"), std::string::npos);
  const ComparedVersions all = compared(version(8), version(8, disturbed(0)));
  EXPECT_EQ(verdict_text(single(all, Aspect::step_time)), "disturbed");
  EXPECT_NE(page_of(all).find("~1.0"), std::string::npos);
  EXPECT_FALSE(judge_slower(all, bound("10%")).judged);
  EXPECT_TRUE(judge_worse(all, bound("10%")).judged);
}

TEST(CompareReports, OtherSettingsAreMatchedByNameAndNamed) {
  const ComparedVersions rates = compared(version(8), version(8, [](CellRecord& cell) { cell.used["rate"] = 0.2; }));
  EXPECT_EQ(rates.inventory.rows.size(), 1u);
  EXPECT_EQ(testing::entry(rates.inventory, "heat", "settings").text, "rate=0.1 in A, 0.2 in B");
  EXPECT_EQ(verdict_text(single(rates, Aspect::training_loss)), "equal");
  const ComparedVersions tasks = compared(version(8), version(8, [](CellRecord& cell) { cell.used["points"] = 8.0; }));
  EXPECT_EQ(testing::entry(tasks.inventory, "heat", "settings").text, "points=none in A, 8 in B");
  EXPECT_EQ(verdict_text(single(tasks, Aspect::training_loss)), "another task");
  EXPECT_EQ(verdict_text(single(tasks, Aspect::target_time)), "another task");
  EXPECT_EQ(verdict_text(single(tasks, Aspect::step_time)), "equal");
}

TEST(CompareReports, SweptSetupsAreMatchedByWhatTheyAre) {
  Report swept = version(2);
  for (CellRecord& cell : swept.cells) cell.key.method_sweep = "rate=0.1";
  Report other = version(2, [](CellRecord& cell) {
    cell.used["rate"] = 0.2;
    cell.key.method_sweep = "rate=0.2";
  });
  std::vector<CellRecord> cells = swept.cells;
  cells.insert(cells.end(), other.cells.begin(), other.cells.end());
  const ComparedVersions versions = compared(sample_report(cells), version(2));
  EXPECT_TRUE(versions.summary.starts_with("4 cells in A, 2 in B; 2 ended in both, 2 only in A")) << versions.summary;
  EXPECT_EQ(versions.inventory.rows[0][column_of(versions.inventory, "method")].text, "hig rate=0.1");
}

TEST(CompareReports, FewBytesAreNoDifference) {
  const auto heap = [](double more) {
    return compared(version(8), version(8, [=](CellRecord& cell) { cell.memory.peak_heap_bytes += more; }));
  };
  EXPECT_EQ(verdict_text(single(heap(1500), Aspect::heap)), "equal");
  EXPECT_EQ(verdict_text(single(heap(2500), Aspect::heap)), "worse");
}

TEST(CompareReports, CopiesCountOnceButForTimes) {
  const auto copy = [](CellRecord& cell) {
    const CellRecord first = seeded_cells("hig", {0.1})[0];
    cell.curve = first.curve;
    cell.initial = first.initial;
    cell.final = cell.best = first.final;
  };
  const ComparedVersions versions = compared(version(8, copy), version(8, copy));
  EXPECT_EQ(single(versions, Aspect::training_loss).samples_a, 1u);
  EXPECT_EQ(single(versions, Aspect::step_time).samples_a, 8u);  // as often was it measured
}

/// Most of a nightly's nights: nothing changed but the noise. The interval of a setup of 8 seeds lies beyond 1 with
/// probability 1/256, so that 400 setups without a bound give 1.6, and with one of 10 % none.
TEST(CompareReports, NoiseDoesNotBreakBounds) {
  int at_zero = 0, at_ten = 0, decided = 0;
  Rng rng(1, "nights");
  for (int night = 0; night < 400; ++night) {
    const ComparedVersions versions = compared(
        version(8), version(8, [&](CellRecord& cell) { cell.time.step_mean *= std::exp(0.03 * rng.normal()); }));
    at_zero += static_cast<int>(judge_slower(versions, bound("0%")).broken.size());
    at_ten += static_cast<int>(judge_slower(versions, bound("10%")).broken.size());
    decided += verdict_text(single(versions, Aspect::step_time)) != "unresolved";
  }
  EXPECT_LE(at_zero, 8);
  EXPECT_EQ(at_ten, 0);
  EXPECT_LE(decided, 20 + 13);
}

/// Sixteen setups of two seeds decide nothing alone, and all together that B is slower.
TEST(CompareReports, ManySetupsDecideTogether) {
  std::vector<CellRecord> before, after;
  for (int i = 0; i < 16; ++i) {
    const std::string name = fmt::format("m{}", i);
    for (const CellRecord& cell : version(2, {}, name).cells) before.push_back(cell);
    for (const CellRecord& cell : version(2, slower(1.05 + 0.001 * i), name).cells) after.push_back(cell);
  }
  const ComparedVersions versions = compared(sample_report(before), sample_report(after));
  for (const OverallComparison& each : versions.overall)
    EXPECT_EQ(verdict_text(each.comparison), each.comparison.aspect == Aspect::step_time ? "worse" : "equal");
  const Judgement judgement = judge_slower(versions, bound("3%"));
  EXPECT_NE(judgement.broken.back().find("3%: overall, mean step"), std::string::npos) << judgement.broken.back();
}

TEST(CompareReports, TheLosersOfBothAreTies) {
  const Report lost = version(8, [](CellRecord& cell) { cell.status = Status::diverged; });
  EXPECT_EQ(verdict_text(single(compared(lost, lost), Aspect::training_loss)), "equal");
  EXPECT_EQ(verdict_text(single(compared(lost, version(8)), Aspect::training_loss)), "better");
  const ComparedVersions versions = compared(version(8), lost);
  EXPECT_EQ(verdict_text(single(versions, Aspect::training_loss)), "worse");
  EXPECT_EQ(judge_worse(versions, bound("10%")).broken.size(), 3u);  // both losses, and the lost cells
}

TEST(Bounds, FormsThatCannotBeMistaken) {
  EXPECT_DOUBLE_EQ(bound("10%").factor, 1.1);
  EXPECT_DOUBLE_EQ(bound("1.1x").factor, 1.1);
  EXPECT_DOUBLE_EQ(bound("0%").factor, 1);
  EXPECT_DOUBLE_EQ(bound("0.5%").factor, 1.005);
  for (const char* text : {"10", "0.1", "abc", "-5%", "0.9x", "%", "x", "", "+5%", "1e400%", "nan%", "infx", "10 %"})
    try {
      (void)bound(text);
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("such as 10%, or a factor of at least 1x such as 1.1x"),
                std::string::npos);
    }
}

MicroBenchmarks measured(double factor, int repetitions, bool aggregates = false) {
  MicroBenchmarks file;
  file.machine = {{"num_cpus", "2"}};
  file.host = "here";
  Rng rng(static_cast<std::uint64_t>(100 * factor), "repetitions");
  for (const char* name : {"heat/run", "heat/wait/real_time"}) {
    MicroBenchmark benchmark{name, "us", {}, {}, aggregates, ""};
    for (int i = 0; i < repetitions; ++i) {
      benchmark.real_time.push_back(1e-5 * factor * std::exp(0.01 * rng.normal()));
      benchmark.cpu_time.push_back(1e-5 * std::exp(0.01 * rng.normal()));
    }
    file.benchmarks.push_back(std::move(benchmark));
  }
  return file;
}

TEST(CompareBenchmarks, RepetitionsAreTestedAndTheBenchmarksOwnTimeDecides) {
  const ComparedVersions versions = compare_benchmarks(measured(1, 8), measured(1.2, 8), "a", "b");
  ASSERT_EQ(versions.single.size(), 4u);
  EXPECT_EQ(verdict_text(versions.single[0]), "worse");
  EXPECT_NEAR(versions.single[0].p, 2.0 / 12870, 1e-12);
  EXPECT_EQ(verdict_text(versions.single[1]), "unresolved");
  const Judgement judgement = judge_slower(versions, bound("10%"));
  ASSERT_EQ(judgement.broken.size(), 1u);  // of heat/run the processor's time is as it was
  EXPECT_TRUE(
      judgement.broken[0].starts_with("--fail-if-slower 10%: benchmarks heat/wait/real_time, real_time [us]: B / A 1."))
      << judgement.broken[0];
  EXPECT_NE(judgement.broken[0].find("of 8 and 8 repetitions"), std::string::npos);
}

TEST(CompareBenchmarks, AggregatesHaveNoTestAndTheMedianDecides) {
  const ComparedVersions versions = compare_benchmarks(measured(1, 1, true), measured(1.2, 1, true), "a", "b");
  EXPECT_EQ(verdict_text(versions.single[0]), "unresolved");
  EXPECT_NE(page_of(versions).find("aggregates alone"), std::string::npos);
  EXPECT_NE(judge_slower(versions, bound("10%")).broken.at(0).find("too few to be significant"), std::string::npos);
}

TEST(CompareBenchmarks, MachinesHostsErrorsAndMissingOnes) {
  MicroBenchmarks other = measured(1.2, 8);
  other.machine[0].second = "4";
  const ComparedVersions machines = compare_benchmarks(measured(1, 8), other, "a", "b");
  EXPECT_EQ(verdict_text(machines.single[0]), "another machine");
  EXPECT_FALSE(judge_slower(machines, bound("10%")).judged);
  other = measured(1, 8);
  other.host = "there";
  other.benchmarks[0].error = "wrong answer";
  other.benchmarks[1].name = "new";
  const ComparedVersions broken = compare_benchmarks(measured(1, 8), other, "a", "b");
  EXPECT_TRUE(broken.single.empty());
  EXPECT_EQ(broken.inventory.rows.size(), 3u);
  EXPECT_EQ(broken.lost.size(), 1u);
  EXPECT_EQ(broken.missing, 1);
  EXPECT_NE(page_of(broken).find("these may be two machines"), std::string::npos);
  EXPECT_NE(judge_slower(broken, bound("10%")).broken.at(0).find("failed: wrong answer"), std::string::npos);
}

}  // namespace
}  // namespace physgrad
