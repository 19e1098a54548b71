// A verdict follows from pairs and their interval alone; what is missing is said, and a malformed file names its place.
#include "physgrad/claims/claim_metrics.hpp"
#include "physgrad/claims/claim_reports.hpp"
#include "physgrad/claims/claim_verdict.hpp"
#include "physgrad/claims/claims_figure.hpp"
#include "physgrad/claims/claims_file.hpp"
#include "physgrad/claims/claims_table.hpp"
#include "physgrad/core/numbers.hpp"
#include "physgrad/pages/claims_document.hpp"
#include "physgrad/pages/gnuplot.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physgrad/pages/render.hpp"
#include "physgrad/record/report_json.hpp"
#include "record/sample_records.hpp"

namespace physgrad {
namespace {

using testing::sample_cell;
using testing::sample_report;
using testing::troubled_cell;

/// A file with one claim that compares hig with dp-adam on heat; `parts` replaces or adds members.
std::string file_text(const std::string& parts) {
  return R"({"schema_version": 1, "runs": {"first": {"problems": ["heat"], "seeds": 6}}, "claims": [{"id": "c",
    "source": "a paper", "statement": "hig wins", "run": "first", "problem": "heat", )" +
         parts + "}]}";
}

Claim claim_of(const std::string& parts) {
  const Json merged = [&] {
    Json json = Json::parse(R"({"metric": "train_loss", "a": {"method": "hig"}, "b": {"method": "dp-adam"},
                                "relation": "less"})");
    json.update(Json::parse("{" + parts + "}"));
    return json;
  }();
  const std::string text = merged.dump();
  return parse_claims(file_text(text.substr(1, text.size() - 2)), "c.json").claims.at(0);
}

/// hig and dp-adam with these final losses, by seed.
Report report_of(const std::vector<double>& hig, const std::vector<double>& adam) {
  std::vector<CellRecord> cells;
  for (std::size_t seed = 0; seed < hig.size(); ++seed) cells.push_back(sample_cell("hig", seed, hig[seed]));
  for (std::size_t seed = 0; seed < adam.size(); ++seed) cells.push_back(sample_cell("dp-adam", seed, adam[seed]));
  return sample_report(std::move(cells));
}

ClaimResult verdict_on(const std::string& parts, Report report) {
  return judge(claim_of(parts), {{{"first", std::move(report)}}, true});
}

const std::vector<double> kOnes(6, 1.0);
const std::vector<double> kTenths = {0.1, 0.11, 0.12, 0.13, 0.14, 0.15};

TEST(MedianInterval, CoverageIsTheBinomialOne) {
  std::vector<double> values;
  const auto interval = [&](int count) {
    values.clear();
    for (int i = count; i > 0; --i) values.push_back(i);
    return median_interval(values, 0.95);
  };
  EXPECT_TRUE(std::isnan(interval(0).low));
  EXPECT_TRUE(std::isnan(interval(5).low));
  EXPECT_EQ(interval(5).coverage, 0.0);
  // 1 - 2 * (1, 1, 1 + 8, 1 + 10 + 45 ...) / 2^n.
  const struct {
    int count, low, high;
    double coverage;
  } cases[] = {{6, 1, 6, 1 - 2.0 / 64},       {7, 1, 7, 1 - 2.0 / 128},        {8, 1, 8, 1 - 2.0 / 256},
               {9, 2, 8, 1 - 2.0 * 10 / 512}, {10, 2, 9, 1 - 2.0 * 11 / 1024}, {12, 3, 10, 1 - 2.0 * 79 / 4096}};
  for (const auto& each : cases) {
    const MedianInterval found = interval(each.count);
    EXPECT_EQ(found.low, each.low) << each.count;
    EXPECT_EQ(found.high, each.high) << each.count;
    EXPECT_NEAR(found.coverage, each.coverage, 1e-14) << each.count;
  }
  EXPECT_EQ(median_interval({1, 2, 3, kAbsent, 4, 5, kInfinity}, 0.95).high, kInfinity);
}

TEST(Claims, EveryRelationHasEveryVerdict) {
  const auto verdict = [](const std::string& parts, const std::vector<double>& hig) {
    return verdict_on(parts, report_of(hig, kOnes)).verdict;
  };
  const std::vector<double> mixed = {0.1, 0.2, 0.5, 1.5, 2.0, 20.0}, twenties(6, 20.0);
  const std::string less = R"("relation": "less", "factor": 5)", greater = R"("relation": "greater", "factor": 10)",
                    about = R"("relation": "about", "factor": 12)";
  EXPECT_EQ(verdict(less, kTenths), ClaimVerdict::reproduced);
  EXPECT_EQ(verdict(less, mixed), ClaimVerdict::unresolved);
  EXPECT_EQ(verdict(less, twenties), ClaimVerdict::contradicted);
  EXPECT_EQ(verdict(R"("relation": "less", "factor": 20)", kTenths), ClaimVerdict::contradicted);
  EXPECT_EQ(verdict(greater, kTenths), ClaimVerdict::contradicted);
  EXPECT_EQ(verdict(greater, mixed), ClaimVerdict::unresolved);
  EXPECT_EQ(verdict(greater, twenties), ClaimVerdict::reproduced);
  EXPECT_EQ(verdict(about, kTenths), ClaimVerdict::reproduced);
  EXPECT_EQ(verdict(about, mixed), ClaimVerdict::unresolved);
  EXPECT_EQ(verdict(about, twenties), ClaimVerdict::contradicted);
  EXPECT_EQ(verdict(R"("b": {"value": 0.12}, "relation": "about", "factor": 1.3)", kTenths), ClaimVerdict::reproduced);
  EXPECT_EQ(verdict(R"("relation": "less", "factor": 1)", kOnes), ClaimVerdict::reproduced);
}

TEST(Claims, FivePairsAreUnresolved) {
  const ClaimResult result = verdict_on(R"("factor": 1)", report_of({0.1, 0.1, 0.1, 0.1, 0.1}, {1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(result.verdict, ClaimVerdict::unresolved);
  EXPECT_EQ(result.a.size(), 5u);
  EXPECT_NEAR(result.ratio, 0.1, 1e-15);
  EXPECT_NE(result.reason.find("5 pairs"), std::string::npos) << result.reason;
}

TEST(Claims, PairsHaveEqualSeeds) {
  Report report = report_of(kTenths, kOnes);
  for (CellRecord& cell : report.cells)
    if (cell.key.method == "dp-adam") cell.key.seed += 1;
  const ClaimResult result = verdict_on("", report);
  EXPECT_EQ(result.a, (std::vector<double>{0.11, 0.12, 0.13, 0.14, 0.15}));
  for (CellRecord& cell : report.cells)
    if (cell.key.method == "dp-adam") cell.key.seed += 10;
  EXPECT_NE(verdict_on("", report).reason.find("no seed in common"), std::string::npos);
}

TEST(Claims, LostCellsAreInfiniteAndTwoOfThemNoPair) {
  Report report = report_of({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, {1, 1, 1, 1, 1, 1, 1});
  const auto lose = [&](const char* method, std::uint64_t seed) {
    for (CellRecord& cell : report.cells)
      if (cell.key.method == method && cell.key.seed == seed) cell.status = Status::diverged;
  };
  lose("dp-adam", 0);
  EXPECT_EQ(verdict_on("", report).verdict, ClaimVerdict::reproduced);
  lose("hig", 1);
  EXPECT_EQ(verdict_on("", report).verdict, ClaimVerdict::unresolved);
  EXPECT_EQ(verdict_on("", report).interval.high, kInfinity);
  lose("dp-adam", 1);
  const ClaimResult result = verdict_on("", report);
  EXPECT_EQ(result.verdict, ClaimVerdict::reproduced);
  EXPECT_EQ(result.a.size(), 6u);
  EXPECT_NE(result.reason.find("both infinite"), std::string::npos) << result.reason;
}

TEST(Claims, LossesAreReadAtAMoment) {
  const CellRecord cell = sample_cell("hig", 0, 0.25);  // points at steps 0, 1, 30
  using Unit = Moment::Unit;
  EXPECT_EQ(claim_metric(cell, "train_loss", {}), 0.25);
  EXPECT_EQ(claim_metric(cell, "train_loss", {Unit::step, 0}), 1.0);
  EXPECT_EQ(claim_metric(cell, "train_loss", {Unit::step, 29}), 0.5);
  EXPECT_EQ(claim_metric(cell, "test_loss", {Unit::samples, 960}), 0.5);
  EXPECT_EQ(claim_metric(cell, "train_loss", {Unit::seconds, 1.9}), 0.5);
  EXPECT_TRUE(std::isnan(claim_metric(cell, "train_loss", {Unit::step, 31})));
  EXPECT_TRUE(std::isnan(claim_metric(cell, "best_train_loss", {Unit::seconds, 3})));
  EXPECT_EQ(claim_metric(cell, "best_train_loss", {Unit::step, 29}), 0.5);
  EXPECT_EQ(claim_metric(cell, "seconds_to_target", {Unit::target, 0.4}), 2.0);
  EXPECT_EQ(claim_metric(cell, "seconds_to_target", {Unit::target, 0.2}), kInfinity);
  CellRecord diverged = cell;
  diverged.status = Status::diverged;
  EXPECT_EQ(claim_metric(diverged, "train_loss", {}), kInfinity);
  EXPECT_EQ(claim_metric(diverged, "train_loss", {Unit::step, 10}), 0.5);
  EXPECT_EQ(claim_metric(diverged, "train_loss", {Unit::step, 31}), kInfinity);
  EXPECT_EQ(claim_metric(cell, "step_seconds", {}), 0.1);
  EXPECT_EQ(claim_metric(cell, "predicted_bytes", {}), 4096);
  EXPECT_TRUE(std::isnan(claim_metric(troubled_cell("pg", 0, Status::skipped, "no inverse"), "train_loss", {})));
}

TEST(Claims, OneMethodIsComparedWithItselfAtTwoMoments) {
  const Report report = report_of(kTenths, kOnes);  // curves fall from 1 at step 0
  const ClaimResult result = verdict_on(R"("b": {"method": "hig", "at": {"step": 0}}, "factor": 2)", report);
  EXPECT_EQ(result.verdict, ClaimVerdict::reproduced) << result.reason;
  EXPECT_EQ(result.b, std::vector<double>(result.b.size(), 1));
  EXPECT_EQ(result.b.size(), 6u);
}

TEST(Claims, SettingsTellSweptCellsApart) {
  Report report;
  for (std::uint64_t seed = 0; seed < 6; ++seed)
    for (const double xi : {1.0, 16.0}) {
      report.cells.push_back(sample_cell("hig", seed, xi));
      report.cells.back().used["xi"] = xi;
    }
  const std::string sides = R"("a": {"method": "hig", "settings": {"xi": 16}},
                               "b": {"method": "hig", "settings": {"xi": 1}}, "relation": "greater", "factor": 10)";
  EXPECT_EQ(verdict_on(sides, report).verdict, ClaimVerdict::reproduced);
  const ClaimResult ambiguous = verdict_on(R"("b": {"method": "hig", "settings": {"xi": 1}})", report);
  EXPECT_EQ(ambiguous.verdict, ClaimVerdict::unresolved);
  EXPECT_NE(ambiguous.reason.find("settings"), std::string::npos) << ambiguous.reason;
  const ClaimResult none = verdict_on(R"("b": {"method": "hig", "settings": {"xi": 3}})", report);
  EXPECT_NE(none.reason.find("no cells of heat hig with xi=3"), std::string::npos) << none.reason;
}

TEST(Claims, SkippedIsDecidedByAllCellsAgreeing) {
  Report report = sample_report({troubled_cell("hig", 0, Status::skipped, "no inverse")});
  const std::string skipped = R"("metric": "skipped", "relation": "about", "factor": 1.5, "b": {"value": 1})";
  EXPECT_EQ(verdict_on(skipped, report).verdict, ClaimVerdict::reproduced);
  report.cells.push_back(sample_cell("hig", 1, 0.1));
  EXPECT_EQ(verdict_on(skipped, report).verdict, ClaimVerdict::unresolved);
  EXPECT_EQ(verdict_on(skipped, report_of({0.1}, {})).verdict, ClaimVerdict::contradicted);
  EXPECT_EQ(verdict_on(skipped, sample_report({})).verdict, ClaimVerdict::unresolved);
}

TEST(Claims, AbsentNumbersAndDisturbedTimesAreNoPairs) {
  Report report = report_of(kTenths, kOnes);
  EXPECT_NE(verdict_on(R"("metric": "fallback_rate")", report).reason.find("6 of 6 without that number"),
            std::string::npos);
  for (CellRecord& cell : report.cells) cell.timing_valid = false;
  const ClaimResult timed = verdict_on(R"("metric": "step_seconds")", report);
  EXPECT_EQ(timed.verdict, ClaimVerdict::unresolved);
  EXPECT_NE(timed.reason.find("timed beside other cells"), std::string::npos) << timed.reason;
  EXPECT_EQ(verdict_on("", report).verdict, ClaimVerdict::reproduced);
}

TEST(Claims, ReportsAreChosenByName) {
  const LabelledReport good{"first", report_of(kTenths, kOnes)}, other{"second", report_of(kOnes, kTenths)};
  const Claim claim = claim_of("");
  EXPECT_EQ(judge(claim, {{other, good}, true}).verdict, ClaimVerdict::reproduced);
  EXPECT_EQ(judge(claim, {{other, good}, false}).verdict, ClaimVerdict::reproduced);
  EXPECT_EQ(judge(claim, {{other}, false}).verdict, ClaimVerdict::contradicted);
  const ClaimResult none = judge(claim, {{other}, true});
  EXPECT_EQ(none.verdict, ClaimVerdict::unresolved);
  EXPECT_NE(none.reason.find("no report of the run 'first'"), std::string::npos);
}

TEST(Claims, FewerSeedsThanTheRunAsksForAreSaid) {
  const LabelledReport report{"first", report_of(kTenths, kOnes)};
  Claim claim = claim_of("");
  claim.seeds = static_cast<double>(report.report.header.seeds.size());
  EXPECT_EQ(judge(claim, {{report}, true}).reason, "");
  EXPECT_EQ(claims_document({claim}, {judge(claim, {{report}, true})}, {{report}, true}).find("are looked at"),
            std::string::npos);
  Claim more = claim;
  more.seeds = 12;
  const ClaimResult result = judge(more, {{report}, true});
  EXPECT_EQ(result.verdict, ClaimVerdict::reproduced);  // by what there is
  EXPECT_NE(result.reason.find("asks for 12 seeds, the report has"), std::string::npos) << result.reason;
  const std::string text = claims_document({claim, more}, {result, result}, {{report}, true});
  EXPECT_NE(text.find("are looked at"), std::string::npos);
}

std::string complaint(const std::string& text) {
  try {
    (void)parse_claims(text, "c.json");
  } catch (const ReadError& error) {
    return error.what();
  }
  return "read without complaint";
}

TEST(Claims, MalformedFilesNameTheirPlace) {
  const std::string a = R"("metric": "train_loss", "relation": "less", "b": {"value": 1}, )";
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"[", {"c.json"}},
      {R"({"schema_version": 2, "runs": {}, "claims": []})", {"c.json: schema_version", "expected"}},
      {R"({"schema_version": 1, "runs": {}, "claims": [], "claim": []})", {"unknown key 'claim'", "'claims'"}},
      {R"({"schema_version": 1, "runs": {"a/b": {}}, "claims": []})", {"c.json: runs", "'a/b'"}},
      {R"({"schema_version": 1, "runs": {"a": 3}, "claims": []})", {"c.json: runs.a", "object"}},
      {file_text(R"("metric": "trian_loss")"), {"claims[0].metric", "unknown metric", "did you mean 'train_loss'"}},
      {file_text(R"("metric": "train_loss", "relation": "lses")"), {"claims[0].relation", "did you mean 'less'"}},
      {file_text(R"("metric": "train_loss", "relation": "about")"), {"claims[0]", "factor above 1"}},
      {file_text(a + R"("factor": -1)"), {"claims[0].factor", "above 0"}},
      {file_text(a + R"("a": {"value": 1})"), {"claims[0].a", "'value'"}},
      {file_text(a + R"("a": {"method": "hig", "setting": {}})"), {"claims[0].a", "did you mean 'settings'"}},
      {file_text(a + R"("a": {"method": "hig", "at": {"steps": 3}})"), {"claims[0].a.at", "did you mean 'step'"}},
      {file_text(a + R"("a": {"method": "hig", "at": {"target": 3}})"), {"claims[0].a", "'train_loss'"}},
      {file_text(R"("metric": "seconds_to_target", "relation": "less", "b": {"value": 1}, "a": {"method": "hig"})"),
       {"claims[0].a", "target"}},
      {file_text(R"("metric": "train_loss", "relation": "less", "a": {"method": "hig"}, "b": {"value": 0})"),
       {"claims[0].b.value", "above 0"}},
      {file_text(a + R"("a": {"method": "hig"}, "explain": "x")"), {"claims[0]", "did you mean 'explanation'"}},
  };
  for (const auto& [text, parts] : cases)
    for (const std::string& part : parts)
      EXPECT_NE(complaint(text).find(part), std::string::npos) << text << "\n" << complaint(text);
  std::string wrong_run = file_text(a + R"("a": {"method": "hig"})");
  EXPECT_EQ(complaint(wrong_run), "read without complaint");
  wrong_run.replace(wrong_run.find(R"("run": "first")"), 14, R"("run": "frist")");
  EXPECT_NE(complaint(wrong_run).find("claims[0].run: unknown run 'frist'"), std::string::npos) << complaint(wrong_run);
}

TEST(Claims, FigureHasAPointAnIntervalAndWhatWasClaimed) {
  const std::vector<Claim> claims = {claim_of(R"("factor": 5)"), claim_of(R"("factor": 50)"),
                                     claim_of(R"("metric": "skipped", "b": {"value": 0}, "relation": "greater")"),
                                     claim_of(R"("relation": "about", "factor": 2)")};
  const std::vector<LabelledReport> reports = {{"first", report_of(kTenths, kOnes)}};
  const Figure figure = claims_figure(claims, judge_all(claims, reports, true));
  EXPECT_EQ(figure.categories.size(), 3u);  // a flag has no ratio
  ASSERT_EQ(figure.series.size(), 3u);      // none is unresolved
  EXPECT_EQ(figure.series[0].label, "reproduced");
  EXPECT_EQ(figure.series[0].y, std::vector<double>{0.125});
  EXPECT_EQ(figure.series[0].low, std::vector<double>{0.1});
  EXPECT_EQ(figure.series[0].high, std::vector<double>{0.15});
  EXPECT_EQ(figure.series[1].x, (std::vector<double>{1, 2}));
  EXPECT_EQ(figure.series[2].y, (std::vector<double>{0.2, 0.02, 0.5, 2}));  // two ends of "about"
  EXPECT_EQ(figure.summary, "Of 3 claims with a ratio: 1 reproduced, 2 contradicted, 0 unresolved.");
  EXPECT_NE(gnuplot_script(figure, PictureFormat::svg, "x").find("with xerrorbars"), std::string::npos);
  const std::vector<Claim> none = {claims[2]};
  EXPECT_TRUE(claims_figure(none, judge_all(none, reports, true)).series.empty());
}

TEST(Claims, TableAndDocumentShowEveryClaim) {
  std::vector<Claim> claims = {claim_of(""), claim_of(R"("b": {"value": 0.001}, "factor": 2)"),
                               claim_of(R"("metric": "skipped", "b": {"value": 0}, "relation": "greater")")};
  claims[1].explanation = "Because | of this.";
  const ClaimReports reports{{{"first", report_of(kTenths, kOnes)}}, true};
  std::vector<ClaimResult> results;
  for (const Claim& claim : claims) results.push_back(judge(claim, reports));
  for (const TableFormat format :
       {TableFormat::text, TableFormat::markdown, TableFormat::csv, TableFormat::latex, TableFormat::json})
    EXPECT_NE(render({claims_table(claims, results)}, format).find("contradicted"), std::string::npos);
  EXPECT_NE(render({claims_table(claims, results)}, TableFormat::text).find("0.125 [0.100, 0.150]"), std::string::npos);
  const std::string text = claims_document(claims, results, reports);
  for (const char* part : {"# Published claims", "hig wins", "a paper", "0.125", "[0.100, 0.150]", "Because | of this.",
                           "96.9 % interval", "a / b <= 1/2", "published value 0.001", "physgrad-bench 0.1.0"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  EXPECT_TRUE(unexplained(claims, results).empty());
  claims[1].explanation.clear();
  EXPECT_EQ(unexplained(claims, results), std::vector<std::string>{"c"});
}

}  // namespace
}  // namespace physgrad
