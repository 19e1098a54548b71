// Figures show what the records say: medians with bands, misses and divergence as such, and never times of two
// machines.
#include "physgrad/tables/figures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "built_in.hpp"
#include "physgrad/core/numbers.hpp"
#include "physgrad/core/settings.hpp"
#include "physgrad/pages/gnuplot.hpp"
#include "physgrad/tables/families.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

const Figure& figure_by(const std::vector<Figure>& figures, const std::string& by) {
  for (const Figure& figure : figures)
    if (figure.by == by) return figure;
  throw std::out_of_range("no figure by " + by);
}

const Series& series_of(const Figure& figure, const std::string& label, Drawing drawing = Drawing::line) {
  for (const Series& series : figure.series)
    if (series.label == label && series.drawing == drawing) return series;
  throw std::out_of_range("no series " + label);
}

bool noted(const Figure& figure, const std::string& part) {
  return std::ranges::any_of(figure.notes, [&](const std::string& note) { return note.find(part) != note.npos; });
}

std::vector<LabelledReport> with_misses() {
  std::vector<CellRecord> missing = seeded_cells("pg", {0.6, 0.7});
  for (CellRecord& cell : missing) cell.targets[0].seconds = cell.targets[0].steps = kAbsent;
  return one_report({seeded_cells("gn", {0.2, 0.3, 0.4, 0.5}), missing});
}

TEST(Figures, ConvergenceIsTheMedianWithQuartiles) {
  const auto reports = with_misses();
  const std::vector<Figure> figures = make_figures("convergence", reports);
  ASSERT_EQ(figures.size(), 2u);  // the records know no simulator calls
  const Figure& figure = figure_by(figures, "steps");
  EXPECT_EQ(figure.name, "convergence-heat-steps");
  const Series& gn = series_of(figure, "gn");
  EXPECT_EQ(gn.x.front(), 1);
  EXPECT_EQ(gn.x.back(), 30);
  EXPECT_EQ(gn.y.front(), 0.5);
  EXPECT_DOUBLE_EQ(gn.y.back(), 0.35);
  EXPECT_DOUBLE_EQ(gn.low.back(), 0.275);
  EXPECT_DOUBLE_EQ(gn.high.back(), 0.425);
  EXPECT_EQ(series_of(figure, "gn", Drawing::points).x, std::vector<double>{1});
  ASSERT_EQ(figure.guides.size(), 3u);
  EXPECT_EQ(figure.guides[0].at, 0.5);
  EXPECT_EQ(figure.guides[2].label, "before training");
  EXPECT_EQ(figure.summary, "gn reaches a loss of 0.5 after 1 step; pg does not.");
}

TEST(Figures, OneSeedHasNoBand) {
  const auto reports = one_report({seeded_cells("gn", {0.2})});
  const std::vector<Figure> figures = make_figures("convergence", reports);
  const Series& gn = series_of(figure_by(figures, "seconds"), "gn");
  EXPECT_EQ(gn.x, (std::vector<double>{0.015625, 2}));
  EXPECT_TRUE(gn.low.empty());
  EXPECT_TRUE(noted(figures[0], "One seed"));
}

TEST(Figures, DivergedCurvesEndWithACross) {
  std::vector<CellRecord> cells = seeded_cells("dp-sgd", {0.3, kAbsent, kAbsent});
  for (std::size_t i = 1; i < 3; ++i) cells[i].status = Status::diverged;
  const auto reports = one_report({cells, seeded_cells("gn", {0.2, 0.3, 0.4})});
  const Figure figure = figure_by(make_figures("convergence", reports), "steps");
  EXPECT_EQ(figure.series.front().label, "gn");  // the best first
  const Series& lost = series_of(figure, "dp-sgd");
  EXPECT_TRUE(lost.cross_at_end);
  EXPECT_LT(lost.x.back(), 30);
  EXPECT_TRUE(std::ranges::all_of(lost.y, [](double y) { return std::isfinite(y); }));
  EXPECT_FALSE(series_of(figure, "gn").cross_at_end);
}

TEST(Figures, OnlyTimesOfDisturbedCellsAreOpen) {
  std::vector<CellRecord> cells = seeded_cells("gn", {0.2, 0.3});
  for (CellRecord& cell : cells) cell.disturbed = true;
  const auto reports = one_report({cells});
  const std::vector<Figure> figures = make_figures("convergence", reports);
  EXPECT_TRUE(series_of(figure_by(figures, "seconds"), "gn").open);
  EXPECT_FALSE(series_of(figure_by(figures, "steps"), "gn").open);
}

TEST(Figures, TimesOfTwoMachinesAreTwoPictures) {
  auto reports = one_report({seeded_cells("gn", {0.2, 0.3})});
  reports.push_back(one_report({seeded_cells("hig", {0.2, 0.3})}).front());
  for (std::size_t i = 0; i < 2; ++i)
    for (CellRecord& cell : reports[i].report.cells) cell.status = Status::completed;
  reports[1].report.header.environment.cpu = "another";
  for (const std::string kind : {"convergence", "phases", "ecdf", "profile"}) {
    int of_times = 0;
    for (const Figure& figure : make_figures(kind, reports)) {
      if (figure.kind != "phases" && figure.by != "seconds") continue;
      ++of_times;
      if (figure.kind == "phases")
        EXPECT_EQ(figure.categories.size(), 1u);
      else
        EXPECT_TRUE(std::ranges::all_of(figure.series, [&](const Series& series) {
          return series.label == figure.series.front().label;
        })) << figure.name;
    }
    EXPECT_EQ(of_times, 2) << kind;
  }
}

TEST(Figures, BarsAddUp) {
  const auto reports = one_report({seeded_cells("gn", {0.2, 0.3})});
  const Figure phases = make_figures("phases", reports).front();
  double sum = 0;
  for (const Series& series : phases.series) sum += series.y.front();
  EXPECT_NEAR(sum, 100, 1e-9);
  EXPECT_THROW((void)series_of(phases, "evaluation", Drawing::bar), std::out_of_range);
  std::vector<CellRecord> cells = seeded_cells("gn", {0.2, 0.3});
  for (CellRecord& cell : cells) {
    cell.memory.heap_by_use = {1e6, 2e6, 0, 3e6, 0, 1e6};
    cell.memory.predicted_bytes = 1.4e7;
  }
  const auto measured = one_report({cells});
  const Figure memory = make_figures("memory", measured).front();
  EXPECT_EQ(series_of(memory, "decomposition", Drawing::bar).y.front(), 3);
  EXPECT_EQ(series_of(memory, "predicted", Drawing::tick).y.front(), 14);
  EXPECT_EQ(memory.categories, std::vector<std::string>{"gn  7 MB"});
  EXPECT_NE(memory.summary.find("predicted were 2 to 2 times"), std::string::npos) << memory.summary;
}

TEST(Figures, ProfilesAndDistributionsEndAtWhatIsReached) {
  const auto reports = with_misses();
  for (const std::string kind : {"profile", "ecdf"}) {
    const Figure figure = figure_by(make_figures(kind, reports), "seconds");
    for (const std::string method : {"gn", "pg"}) {
      const Series& series = series_of(figure, method, Drawing::steps);
      EXPECT_EQ(series.x.back(), kInfinity) << kind;
      EXPECT_EQ(series.y.back(), method == "gn" ? 0.5 : 0) << kind;  // of two targets one is never reached
    }
  }
}

TEST(Figures, ASweptNumberIsAnAxis) {
  std::vector<std::vector<CellRecord>> parts = {seeded_cells("dp-adam", {0.4, 0.6})};
  for (const double kappa : {1.0, 0.5}) {
    parts.push_back(seeded_cells("hig", {kappa / 10, kappa / 5}));
    for (CellRecord& cell : parts.back()) {
      cell.key.method_sweep = kappa == 1 ? "hig.kappa=1" : "hig.kappa=0.5";
      cell.used["kappa"] = kappa;
    }
  }
  const auto reports = one_report(parts);
  const Figure figure = make_figures("kappa", reports).at(0);
  const Series& hig = series_of(figure, "hig");
  EXPECT_EQ(hig.x, (std::vector<double>{0.5, 1}));
  EXPECT_NEAR(hig.y[0], 0.075, 1e-12);
  ASSERT_EQ(figure.guides.size(), 1u);
  EXPECT_EQ(figure.guides[0].label, "dp-adam");
  EXPECT_NE(figure.summary.find("hig is best at kappa = 0.5"), std::string::npos) << figure.summary;
}

TEST(Figures, BreakEvenIsWhereLinesCross) {
  CellRecord network = sample_cell("hig", 0, 0.1), solver = sample_cell("gn", 0, 0.1);
  network.targets = {{0.5, 2, 1}};
  network.used["instance"] = false;
  network.time.inference_seconds = 0.001;
  solver.targets = {{0.5, 0.021, 1}};
  solver.used["instance"] = true;
  solver.key.problem_sweep = "instance=true";
  const auto reports = one_report({{network, solver}});
  const Figure figure = make_figures("break-even", reports).at(0);
  const Series &learnt = series_of(figure, "hig"), &solved = series_of(figure, "gn per instance");
  EXPECT_DOUBLE_EQ(learnt.y.front(), 2.001);
  EXPECT_DOUBLE_EQ(solved.y.back(), solved.x.back() * 0.021);
  EXPECT_LT(learnt.y.back(), solved.y.back());
  EXPECT_NE(figure.summary.find("hig after 100 uses"), std::string::npos) << figure.summary;
}

TEST(Figures, SpectraAreWhatCellsRecorded) {
  std::vector<CellRecord> cells = seeded_cells("hig", {0.2});
  cells[0].diagnostics.singular_max = 50;
  cells[0].diagnostics.singular_min_kept = 0.5;
  const auto reports = one_report({cells, seeded_cells("dp-adam", {0.2})});
  const Figure figure = make_figures("spectrum", reports).at(0);
  ASSERT_EQ(figure.series.size(), 1u);
  EXPECT_EQ(figure.series[0].x, (std::vector<double>{1, 7}));
  EXPECT_EQ(figure.series[0].y, (std::vector<double>{50, 0.5}));
  EXPECT_EQ(figure.summary, "hig keeps 7 of 128 singular values, from 50 down to 0.5.");
}

TEST(Figures, EveryKindTakesAnyReport) {
  std::vector<CellRecord> skipped = {troubled_cell("pg", 0, Status::skipped, "no inverse")};
  std::vector<CellRecord> failed = {troubled_cell("gn", 0, Status::failed, "signal 11"),
                                    troubled_cell("gn", 1, Status::out_of_memory, "")};
  CellRecord edited = sample_cell("<b>'\"\n\xff", 0, kAbsent);
  for (CurvePoint& point : edited.curve) point.seconds = point.losses.train_loss = kAbsent;
  edited.targets = {{kAbsent, kAbsent, kAbsent}};
  const std::vector<std::vector<LabelledReport>> cases = {with_misses(),
                                                          one_report({skipped}),
                                                          one_report({failed}),
                                                          one_report({{edited}}),
                                                          {{"empty", Report{}}},
                                                          {{"unfinished", sample_report({}, {{"heat", "hig", 0}})}},
                                                          {}};
  for (const auto& reports : cases)
    for (const std::string& kind : figure_kinds()) {
      std::set<std::string> names;
      for (const Figure& figure : make_figures(kind, reports)) {
        EXPECT_FALSE(figure.summary.empty()) << figure.name;
        EXPECT_TRUE(names.insert(figure.name).second) << figure.name;
        for (const Series& series : figure.series) EXPECT_EQ(series.x.size(), series.y.size()) << figure.name;
        EXPECT_FALSE(gnuplot_script(figure, PictureFormat::svg, "x").empty());
      }
    }
  EXPECT_THROW((void)make_figures("convergance", std::vector<LabelledReport>{}), UsageError);
}

TEST(Families, EveryMethodIsALookWithoutColour) {
  const std::vector<std::string> methods = built_in().method_names();
  std::vector<std::string> families;
  for (const std::string& method : methods) families.push_back(family_of(method));
  EXPECT_EQ(family_of("spring"), "gn");
  EXPECT_EQ(family_of("dp-lbfgs"), "second-order");
  EXPECT_EQ(std::ranges::count(families, "other"), 0);
  EXPECT_EQ(family_of("compose:loss=newton,rule=sgd"), "composition");
  EXPECT_EQ(family_of("my-own"), "other");
  const std::vector<std::size_t> variants = variants_of(methods, families);
  std::set<std::pair<std::string, int>> looks;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const Look look = look_of(families[i], variants[i]);
    EXPECT_TRUE(looks.insert({look.dash, look.symbol}).second) << methods[i];
    EXPECT_EQ(variants_of({methods[i]}, {families[i]})[0], variants[i]) << methods[i];  // in every picture the same
  }
}

TEST(Families, ColoursTellVariables) {
  std::set<std::string> colours, variables;
  for (const Look& look : all_looks()) {
    EXPECT_TRUE(colours.insert(look.colour).second) << look.variable;
    EXPECT_TRUE(variables.insert(look.variable).second) << look.variable;
  }
}

}  // namespace
}  // namespace physgrad::testing
