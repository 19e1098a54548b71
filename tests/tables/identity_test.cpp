// Like with like: what differs is split and named, what is equal is pooled, and copies of one trajectory are one.
#include "physgrad/tables/identity.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/pages/render.hpp"
#include "physgrad/tables/tables.hpp"
#include "physgrad/tables/trajectories.hpp"
#include "record/sample_records.hpp"
#include "tables/table_entry.hpp"

namespace physgrad {
namespace {

using testing::column_of;
using testing::entry;
using testing::sample_cell;
using testing::sample_report;

const Facts::value_type* fact(const Facts& facts, const std::string& name) {
  for (const auto& each : facts)
    if (each.first == name) return &each;
  return nullptr;
}

/// As the driver writes identities: ids that are equal for equal content.
void stamp(Report& report) {
  for (CellRecord& cell : report.cells) {
    cell.problem_settings = {"points", "widths", "activation", "samples", "instance"};
    cell.limits = {report.header.limits.budget_seconds, report.header.limits.steps, kAbsent,
                   report.header.limits.memory_bytes, report.header.limits.target_stop};
    const CellIdentity identity = identity_of(report.header, cell);
    const auto hash = [](const std::string& text) { return fmt::format("{:016x}", std::hash<std::string>{}(text)); };
    cell.task_id = hash(cell.key.problem + text_of(identity.problem) + text_of(identity.limits, {"timeout"}));
    cell.setup_id = hash(cell.task_id + cell.key.method + text_of(identity.method));
  }
}

/// `seeds` cells of a method from seed `first` on, limited to 30 steps.
Report run_of(const std::string& method, std::uint64_t first, int seeds, double loss) {
  std::vector<CellRecord> cells;
  for (int i = 0; i < seeds; ++i) {
    cells.push_back(sample_cell(method, first + static_cast<std::uint64_t>(i), loss * (1 + 0.01 * i)));
    cells.back().status = Status::completed;
    cells.back().used["points"] = 64.0;
    cells.back().used["activation"] = std::string("tanh");
  }
  return sample_report(std::move(cells));
}

using Change = std::function<void(Report&)>;

Change setting(const std::string& key, const SettingValue& value) {
  return [=](Report& report) {
    for (CellRecord& cell : report.cells) cell.used[key] = value;
  };
}

/// Both with identities and as reports were before there were any.
std::vector<LabelledReport> joined(const Report& first, const Report& second, bool old) {
  std::vector<LabelledReport> reports = {{"x1", first}, {"x2", second}};
  if (!old)
    for (LabelledReport& each : reports) stamp(each.report);
  return reports;
}

std::vector<std::string> names_of(const std::vector<ProblemGroup>& groups) {
  std::vector<std::string> names;
  for (const ProblemGroup& group : groups) names.push_back(group.problem);
  return names;
}

std::vector<std::string> names_of(const ProblemGroup& group) {
  std::vector<std::string> names;
  for (const MethodRow& row : group.rows) names.push_back(row.method);
  return names;
}

using Names = std::vector<std::string>;

TEST(Identity, DifferentTasksAreNeitherPairedNorPooledAndTheDifferenceIsNamed) {
  const struct {
    Change change;
    Names names;
    bool also_old = true;
  } cases[] = {
      {setting("points", 8.0), {"heat points=64", "heat points=8"}},
      {setting("widths", std::vector<double>{4, 8, 4}), {"heat widths=4-20-4", "heat widths=4-8-4"}},
      {setting("activation", std::string("sin")), {"heat activation=tanh", "heat activation=sin"}},
      {setting("samples", 7.0), {"heat", "heat samples=7"}},
      {[](Report& report) { report.header.limits.steps = 300; }, {"heat steps=30", "heat steps=300"}},
      {[](Report& report) { report.header.limits.budget_seconds = 2; }, {"heat budget=none", "heat budget=2 s"}},
      {[](Report& report) { report.header.limits.timeout_seconds = 9; }, {"heat timeout=none", "heat timeout=9 s"}},
      {[](Report& report) { report.header.limits.memory_bytes = 20971520; },
       {"heat memory limit=none", "heat memory limit=20M"}},
      {[](Report& report) { report.header.limits.target_stop = true; },
       {"heat target stop=no", "heat target stop=yes"}},
      {[](Report& report) { report.header.limits.threads = 2; }, {"heat threads=1", "heat threads=2"}},
      {[](Report& report) {
         for (CellRecord& cell : report.cells) cell.data_digest = "0123456789abcdef";
       },
       {"heat", "heat data=01234567"}},
  };
  for (const auto& each : cases)
    for (const bool old : {false, true}) {
      Report other = run_of("dp-sgd", 0, 8, 0.2);
      each.change(other);
      const auto reports = joined(run_of("dp-adam", 0, 8, 0.1), other, old);
      EXPECT_EQ(names_of(group_cells(reports)), each.names) << old;
      for (const Table& table : verdict_tables(reports)) EXPECT_TRUE(table.rows.empty()) << table.title;
    }
}

TEST(Identity, AProblemWithoutSettingsIsNamedByItsLimits) {
  Report longer = run_of("dp-sgd", 0, 8, 0.2), shorter = run_of("dp-sgd", 8, 8, 0.1);
  longer.header.limits.steps = 300;
  auto reports = joined(shorter, longer, false);
  for (LabelledReport& each : reports)
    for (CellRecord& cell : each.report.cells) {
      cell.problem_settings.clear();
      cell.used = {{"rate", 0.1}};
    }
  EXPECT_EQ(names_of(group_cells(reports)), (Names{"heat steps=30", "heat steps=300"}));
}

TEST(Identity, RowsOfOneMethodAreSplitBySettingsAndNamed) {
  const struct {
    Change change;
    Names names;
  } cases[] = {
      {setting("batch", 8.0), {"dp-sgd batch=32", "dp-sgd batch=8"}},
      {setting("rate", 0.5), {"dp-sgd rate=0.1", "dp-sgd rate=0.5"}},
      {setting("precision", std::string("single")), {"dp-sgd", "dp-sgd precision=single"}},
      {[](Report& report) {
         setting("rate", 0.5)(report);
         setting("batch", 8.0)(report);
       },
       {"dp-sgd batch=32 rate=0.1", "dp-sgd batch=8 rate=0.5"}},
  };
  for (const auto& each : cases)
    for (const bool old : {false, true}) {
      Report other = run_of("dp-sgd", 8, 8, 0.2);
      each.change(other);
      const auto reports = joined(run_of("dp-sgd", 0, 8, 0.1), other, old);
      const auto groups = group_cells(reports);
      ASSERT_EQ(groups.size(), 1u);
      EXPECT_EQ(names_of(groups[0]), each.names) << old;
      for (const MethodRow& row : groups[0].rows) EXPECT_EQ(row.planned(), 8);
    }
}

TEST(Identity, SeedsOfOneSetupArePooledWhateverReportTheyAreOf) {
  for (const bool old : {false, true}) {
    const auto groups = group_cells(joined(run_of("dp-sgd", 0, 2, 0.1), run_of("dp-sgd", 7, 2, 0.1), old));
    ASSERT_EQ(groups.size(), 1u);
    EXPECT_EQ(groups[0].problem, "heat");
    EXPECT_EQ(names_of(groups[0]), Names{"dp-sgd"});
    EXPECT_EQ(groups[0].rows[0].planned(), 4);
  }
}

TEST(Identity, OfThreeReportsTheTwoThatAgreeArePooled) {
  auto reports = joined(run_of("dp-sgd", 0, 2, 0.1), run_of("dp-sgd", 2, 2, 0.1), true);
  Report third = run_of("dp-sgd", 4, 2, 0.1);
  setting("points", 8.0)(third);
  reports.push_back({"x3", third});
  const auto groups = group_cells(reports);
  EXPECT_EQ(names_of(groups), (Names{"heat points=64", "heat points=8"}));
  EXPECT_EQ(groups[0].rows[0].planned(), 4);
  EXPECT_EQ(groups[1].rows[0].planned(), 2);
}

TEST(Identity, AnOldReportIsOfTheTaskThatHasItsSettingsAndLimits) {
  Report dated = run_of("dp-sgd", 0, 2, 0.1);
  stamp(dated);
  const auto groups = group_cells({{"new", dated}, {"old", run_of("dp-sgd", 2, 2, 0.1)}});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(names_of(groups[0]), Names{"dp-sgd"});
}

TEST(Identity, TasksThatDifferInNothingNameableAreSplitAllTheSame) {
  Report other = run_of("dp-sgd", 8, 2, 0.1);
  auto reports = joined(run_of("dp-sgd", 0, 2, 0.1), other, false);
  for (CellRecord& cell : reports[1].report.cells) cell.task_id = "feedfacefeedface";
  const auto groups = group_cells(reports);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_NE(groups[0].problem, groups[1].problem);
  EXPECT_EQ(groups[1].problem, "heat task=feedface");
}

TEST(Identity, ASweptKeyIsNamedOnce) {
  Report swept = run_of("dp-sgd", 0, 2, 0.1);
  for (CellRecord& cell : swept.cells) {
    cell.key.problem_sweep = "heat.points=64";
    cell.key.method_sweep = "rate=0.1";
  }
  swept = sample_report(swept.cells);
  Report other = run_of("dp-sgd", 0, 2, 0.1);
  setting("points", 8.0)(other);
  setting("rate", 0.5)(other);
  Report third = run_of("dp-sgd", 0, 2, 0.1);
  setting("rate", 0.5)(third);
  auto reports = joined(swept, other, false);
  stamp(third);
  reports.push_back({"x3", third});
  const auto groups = group_cells(reports);
  EXPECT_EQ(names_of(groups), (Names{"heat heat.points=64", "heat points=8"}));
  EXPECT_EQ(names_of(groups[0]), (Names{"dp-sgd rate=0.1", "dp-sgd rate=0.5"}));
  const Table sweep = sweep_tables(reports)[0];
  EXPECT_DOUBLE_EQ(entry(sweep, "heat.points=64 rate=0.1", "dp-sgd").value, 0.1005);
  EXPECT_DOUBLE_EQ(entry(sweep, "heat.points=64 rate=0.5", "dp-sgd").value, 0.1005);
  EXPECT_DOUBLE_EQ(entry(sweep, "points=8", "dp-sgd").value, 0.1005);
}

TEST(Identity, ACompositionIsNoNamedMethodAndOneSeedTwiceIsLabelled) {
  const auto composed =
      group_cells(joined(run_of("hig", 0, 2, 0.1), run_of("compose:network=half-inverse", 0, 2, 0.1), false));
  EXPECT_EQ(names_of(composed[0]), (Names{"hig", "compose:network=half-inverse"}));
  const auto twice = group_cells(joined(run_of("hig", 0, 2, 0.1), run_of("hig", 1, 2, 0.1), false));
  EXPECT_EQ(names_of(twice[0]), (Names{"hig (x1)", "hig (x2)"}));
}

const std::pair<const char*, Change> kClocks[] = {
    {"another cpu", [](Report& report) { report.header.environment.cpu = "another cpu"; }},
    {"cores 64", [](Report& report) { report.header.environment.cores = 64; }},
    {"threads 4", [](Report& report) { report.header.environment.threads = 4; }},
    {"compiler clang", [](Report& report) { report.header.environment.compiler = "clang"; }},
    {"flags -O1", [](Report& report) { report.header.environment.flags = "-O1"; }},
    {"build Debug", [](Report& report) { report.header.environment.build_type = "Debug"; }},
    {"simd SSE2", [](Report& report) { report.header.environment.simd = "SSE2"; }},
    {"blas core Prescott", [](Report& report) { report.header.environment.blas_core = "Prescott"; }},
    {"program cafe",
     [](Report& report) {
       for (CellRecord& cell : report.cells) cell.program = "cafe";
     }},
};

TEST(Identity, TimesOfDifferentMachinesAndProgramsAreNotPooled) {
  for (const auto& [label, change] : kClocks) {
    Report other = run_of("dp-sgd", 8, 8, 0.1);
    change(other);
    const auto reports = joined(run_of("dp-sgd", 0, 8, 0.1), other, false);
    const auto groups = group_cells(reports);
    ASSERT_EQ(groups.size(), 1u);
    ASSERT_EQ(groups[0].rows.size(), 2u) << label;
    EXPECT_EQ(groups[0].rows[1].method, fmt::format("dp-sgd ({})", label));
    EXPECT_FALSE(one_clock(groups[0]));
    const auto parts = split_by_clock(groups[0]);
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[1].problem, fmt::format("heat ({})", label));
    EXPECT_EQ(names_of(parts[1]), Names{"dp-sgd"});
  }
}

TEST(Identity, LoadClockRateAndMemoryAreNoOtherMachine) {
  Report other = run_of("dp-sgd", 8, 8, 0.1);
  other.header.environment.load = 7;
  other.header.environment.cpu_mhz = 999;
  other.header.environment.memory_bytes = 1;
  EXPECT_EQ(group_cells(joined(run_of("dp-sgd", 0, 8, 0.1), other, false))[0].rows.size(), 1u);
}

TEST(Identity, MachinesOfOneReportAreToldApartByItsCells) {
  Report report = run_of("dp-sgd", 0, 8, 0.1);
  report.header.machines = {report.header.environment, report.header.environment};
  report.header.machines[1].cpu = "another cpu";
  for (std::size_t i = 4; i < 8; ++i) report.cells[i].machine = 1;
  const auto groups = group_cells({{"continued", report}});
  EXPECT_EQ(names_of(groups[0]), (Names{"dp-sgd (a \"quoted\" processor)", "dp-sgd (another cpu)"}));
  EXPECT_EQ(groups[0].rows[1].planned(), 4);
}

/// Losses after equal steps are compared across machines, times never; under a budget of seconds losses neither.
TEST(Identity, VerdictsAcrossMachinesAreOnLossesAfterEqualStepsAlone) {
  Report other = run_of("gn", 0, 8, 0.4);
  other.header.environment.cpu = "another cpu";
  const auto reports = joined(run_of("hig", 0, 8, 0.1), other, false);
  const auto tables = verdict_tables(reports);
  EXPECT_EQ(tables[0].rows.at(0).back().text, "A: hig (a \"quoted\" processor)");
  for (std::size_t i = 1; i < tables.size(); ++i) EXPECT_TRUE(tables[i].rows.empty()) << tables[i].title;
  auto budgeted = reports;
  for (LabelledReport& each : budgeted) {
    each.report.header.limits.budget_seconds = 2;
    stamp(each.report);
  }
  EXPECT_EQ(names_of(group_cells(budgeted)), (Names{"heat (a \"quoted\" processor)", "heat (another cpu)"}));
  for (const Table& table : verdict_tables(budgeted)) EXPECT_TRUE(table.rows.empty()) << table.title;
}

/// A step that found little to share is still one that was to share it; on one thread what was measured counts.
TEST(Identity, TheClockHasTheThreadsThatWereAskedFor) {
  Report report = run_of("hig", 0, 1, 0.1);
  CellRecord& cell = report.cells[0];
  const auto threads = [&] { return fact(identity_of(report.header, cell).clock, "threads")->second; };
  cell.time.threads = 3;
  EXPECT_EQ(threads(), "3");
  cell.limits.threads = 2;
  for (const double measured : {1.0, 2.0, kAbsent}) {
    cell.time.threads = measured;
    EXPECT_EQ(threads(), "2") << measured;
  }
}

TEST(Identity, CellsOfOneReportOnOtherThreadsAreApart) {
  Report report = run_of("hig", 0, 4, 0.1);
  report.cells[2].limits.threads = report.cells[3].limits.threads = 2;
  EXPECT_EQ(names_of(group_cells({{"joined", report}})), (Names{"heat threads=1", "heat threads=2"}));
}

TEST(Identity, ProfilesCompareWithinOneMachine) {
  Report other = run_of("gn", 0, 8, 0.4);
  other.header.environment.cpu = "another cpu";
  const Table table = profile_tables(joined(run_of("hig", 0, 8, 0.1), other, false))[0];
  EXPECT_EQ(entry(table, "hig", "tried").text, "2/4");
  EXPECT_EQ(entry(table, "gn", "tried").text, "2/4");
}

/// Eight seeds that are copies: whatever the seed, the same losses and hashes.
Report copies_of(const std::string& method, double loss, bool old) {
  Report report = run_of(method, 0, 8, loss);
  const CellRecord first = report.cells[0];
  for (CellRecord& cell : report.cells) {
    cell.curve = first.curve;
    cell.initial = first.initial;
    cell.final = cell.best = first.final;
    cell.time.train_seconds += 0.1 * static_cast<double>(cell.key.seed);
    if (old)  // whose hashes hold the seed
      for (CurvePoint& point : cell.curve) point.hash += cell.key.seed;
  }
  if (!old) stamp(report);
  return report;
}

TEST(Copies, CountOnceAndTheTableSaysWhyThereIsNoP) {
  for (const bool old : {false, true}) {
    const std::vector<LabelledReport> reports = {{"a", copies_of("gn", 0.1, old)},
                                                 {"b", copies_of("dp-sgd", 0.2, old)}};
    const Table table = verdict_tables(reports)[0];
    const auto& row = table.rows.at(0);
    EXPECT_EQ(row.back().text, "unresolved");
    EXPECT_EQ(row[column_of(table, "p")].text, "-");
    EXPECT_EQ(row[column_of(table, "pairs")].value, 1);
    EXPECT_NE(render({table}, TableFormat::text).find("the seed changes nothing: 1 distinct pair of 8"),
              std::string::npos);
    EXPECT_EQ(cells_text(group_cells(reports)[0].rows[0]), "8/8, 1 distinct");
    EXPECT_EQ(entry(target_tables(reports)[1], "gn", "reached").text, "1/1");
    EXPECT_EQ(entry(ecdf_tables(reports)[0], "gn", "tried").text, "2/2");
  }
}

TEST(Copies, OfDifferentLengthAreCopiesOnTheirCommonPart) {
  CellRecord a = sample_cell("gn", 0, 0.1), b = a;
  b.key.seed = 1;
  b.curve.push_back(b.curve.back());
  b.curve.back().step = 60;
  EXPECT_EQ(distinct_trajectories({&a, &b}).size(), 1u);
  b.curve[1].losses.train_loss = 0.25;
  EXPECT_EQ(distinct_trajectories({&a, &b}).size(), 2u);
  b = a;
  b.key.seed = 1;
  b.task_id = a.task_id = "t";
  EXPECT_EQ(distinct_trajectories({&a, &b}).size(), 1u);
  b.curve[2].hash = 5;  // other weights with the same losses
  EXPECT_EQ(distinct_trajectories({&a, &b}).size(), 2u);
}

TEST(Copies, CellsWithoutATrajectoryAreCopiesWhereTheSeedDoesNotMatter) {
  CellRecord a = testing::troubled_cell("gn", 0, Status::failed, "signal 11"), b = a;
  b.key.seed = 1;
  EXPECT_EQ(distinct_trajectories({&a, &b}).size(), 2u);
  a.seed_matters = b.seed_matters = false;
  EXPECT_EQ(distinct_trajectories({&a, &b}).size(), 1u);
}

TEST(Copies, AMethodThatTheSeedChangesIsTestedAgainstOneThatItDoesNot) {
  const std::vector<LabelledReport> reports = {{"a", copies_of("gn", 0.1, true)}, {"b", run_of("dp-sgd", 0, 8, 0.2)}};
  const Table table = verdict_tables(reports)[0];
  EXPECT_EQ(table.rows.at(0)[column_of(table, "pairs")].value, 8);
  EXPECT_EQ(table.rows.at(0).back().text, "A: gn");
  EXPECT_EQ(entry(ecdf_tables(reports)[0], "gn", "tried").text, "16/16");
}

TEST(Identity, HasTheSettingsApartAndTheLimitsNamed) {
  Report report = run_of("hig", 0, 1, 0.1);
  for (const bool old : {true, false}) {
    if (!old) stamp(report);
    const CellIdentity identity = identity_of(report.header, report.cells[0]);
    ASSERT_NE(fact(identity.problem, "points"), nullptr);
    EXPECT_EQ(fact(identity.problem, "rate"), nullptr);
    ASSERT_NE(fact(identity.method, "rate"), nullptr);
    EXPECT_EQ(fact(identity.method, "widths"), nullptr);
    EXPECT_EQ(fact(identity.limits, "steps")->second, "30");
    EXPECT_FALSE(identity.budgeted);
  }
  // Without a number of steps the problem's own budget bounds a cell.
  report.header.limits.steps = kAbsent;
  report.cells[0].limits = {};
  EXPECT_EQ(fact(identity_of(report.header, report.cells[0]).limits, "budget")->second, "1.8 s");
}

Claim claim_on(const std::string& parts) {
  const std::string text = R"({"schema_version": 1, "runs": {"first": {}}, "claims": [{"id": "c", "source": "a paper",
    "statement": "hig wins", "run": "first", "problem": "heat", "relation": "less", )" +
                           parts + "}]}";
  return parse_claims(text, "c.json").claims.at(0);
}

ClaimResult judged(const std::string& parts, const Report& first, const Report& second) {
  Report both = first;
  both.cells.insert(both.cells.end(), second.cells.begin(), second.cells.end());
  return judge(claim_on(parts), {{{"first", both}}, true});
}

TEST(ClaimIdentity, CopiesAreOnePairAndSaidToBe) {
  const ClaimResult result = judged(R"("metric": "train_loss", "a": {"method": "gn"}, "b": {"method": "dp-sgd"})",
                                    copies_of("gn", 0.1, false), copies_of("dp-sgd", 0.2, false));
  EXPECT_EQ(result.verdict, ClaimVerdict::unresolved);
  EXPECT_EQ(result.a.size(), 1u);
  EXPECT_NE(result.reason.find("the seed changes nothing: 1 distinct pair of 8"), std::string::npos) << result.reason;
}

TEST(ClaimIdentity, SidesDifferInWhatTheClaimNamesAlone) {
  Report other = run_of("dp-sgd", 0, 8, 0.2);
  setting("points", 8.0)(other);
  const std::string plain = R"("metric": "train_loss", "a": {"method": "gn"}, "b": {"method": "dp-sgd"})";
  const ClaimResult unlike = judged(plain, run_of("gn", 0, 8, 0.1), other);
  EXPECT_EQ(unlike.verdict, ClaimVerdict::unresolved);
  EXPECT_NE(unlike.reason.find("points=64 and points=8"), std::string::npos) << unlike.reason;
  EXPECT_EQ(judged(plain, run_of("gn", 0, 8, 0.1), run_of("dp-sgd", 0, 8, 0.2)).verdict, ClaimVerdict::reproduced);
  const std::string named = R"("metric": "train_loss", "a": {"method": "gn"},
                               "b": {"method": "dp-sgd", "settings": {"points": 8}})";
  EXPECT_EQ(judged(named, run_of("gn", 0, 8, 0.1), other).verdict, ClaimVerdict::reproduced);
}

TEST(ClaimIdentity, ASideIsOneSetupEvenWhereSeedsDiffer) {
  Report other = run_of("gn", 8, 8, 0.2);
  setting("rate", 0.5)(other);
  const ClaimResult result =
      judged(R"("metric": "train_loss", "a": {"method": "gn"}, "b": {"value": 1})", run_of("gn", 0, 8, 0.1), other);
  EXPECT_EQ(result.verdict, ClaimVerdict::unresolved);
  EXPECT_NE(result.reason.find("several setups"), std::string::npos) << result.reason;
}

TEST(ClaimIdentity, AReportWithOtherLimitsDecidesNothingAboutTheEnd) {
  Report report = run_of("gn", 0, 8, 0.1);
  const std::string end = R"("metric": "train_loss", "a": {"method": "gn"}, "b": {"value": 1})";
  Claim claim = claim_on(end);
  claim.steps = 30;
  EXPECT_EQ(judge(claim, {{{"first", report}}, true}).verdict, ClaimVerdict::reproduced);
  report.header.limits.steps = 5;
  const ClaimResult other = judge(claim, {{{"first", report}}, true});
  EXPECT_EQ(other.verdict, ClaimVerdict::unresolved);
  EXPECT_NE(other.reason.find("asks for 30 steps, the report has 5"), std::string::npos) << other.reason;
  claim.a.at = {Moment::Unit::step, 1};
  EXPECT_EQ(judge(claim, {{{"first", report}}, true}).verdict, ClaimVerdict::reproduced);
}

TEST(ClaimIdentity, AReportOnOtherThreadsDecidesNothing) {
  Report report = run_of("gn", 0, 8, 0.1);
  for (const char* metric : {"train_loss", "peak_rss_bytes"}) {
    Claim claim = claim_on(fmt::format(R"("metric": "{}", "a": {{"method": "gn"}}, "b": {{"value": 1e9}})", metric));
    for (CellRecord& cell : report.cells) cell.limits.threads = 1;
    EXPECT_EQ(judge(claim, {{{"first", report}}, true}).verdict, ClaimVerdict::reproduced);
    for (CellRecord& cell : report.cells) cell.limits.threads = 2;
    const ClaimResult other = judge(claim, {{{"first", report}}, true});
    EXPECT_EQ(other.verdict, ClaimVerdict::unresolved);
    EXPECT_NE(other.reason.find("asks for threads=1, the report has threads=2"), std::string::npos) << other.reason;
    claim.threads = 2;
    EXPECT_EQ(judge(claim, {{{"first", report}}, true}).verdict, ClaimVerdict::reproduced);
  }
}

TEST(ClaimIdentity, TimesOfAnotherMachineAreLeftOut) {
  Report report = run_of("gn", 0, 10, 0.1);
  const Report other = run_of("dp-sgd", 0, 10, 0.2);
  report.header.machines = {report.header.environment, report.header.environment};
  report.header.machines[1].cpu = "another cpu";
  report.cells[9].machine = 1;
  const ClaimResult timed =
      judged(R"("metric": "step_seconds", "a": {"method": "gn"}, "b": {"method": "dp-sgd"})", report, other);
  EXPECT_EQ(timed.a.size(), 9u);
  EXPECT_NE(timed.reason.find("1 pairs dropped"), std::string::npos) << timed.reason;
  const ClaimResult losses =
      judged(R"("metric": "train_loss", "a": {"method": "gn"}, "b": {"method": "dp-sgd"})", report, other);
  EXPECT_EQ(losses.a.size(), 10u);
}

}  // namespace
}  // namespace physgrad
