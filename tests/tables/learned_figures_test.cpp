// Pictures of what was learned, from views as anybody may give them.
#include "physgrad/tables/learned_figures.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "physgrad/core/numbers.hpp"
#include "physgrad/tables/families.hpp"
#include "record/sample_records.hpp"

namespace physgrad::testing {
namespace {

ShownView field(std::vector<double> y) {
  ShownView view;
  static_cast<ViewFrame&>(view) = {.name = "u", .title = "velocity", .x_label = "position [1]", .y_label = "u [1]"};
  view.reference = {{"target", {0, 1, 2}, {0, 3, 4}}};
  view.lines = {{"", {0, 1, 2}, std::move(y)}};
  return view;
}

ShownView path(double end) {
  ShownView view;
  static_cast<ViewFrame&>(view) = {.kind = ViewKind::trajectory, .name = "orbit", .title = "orbit", .plane = true};
  view.reference = {{"target", {3}, {4}, ViewLine::Form::points}};
  view.lines = {{"", {0, 3}, {0, end}}};
  return view;
}

LearnedViews learned(const CellRecord& cell) {
  if (cell.key.method == "pg") return {.missing = "its weights were not saved"};
  if (cell.key.method == "lm") return {{field({0, kInfinity, 1}), path(1e9)}};
  return {{field(cell.key.method == "hig" ? std::vector<double>{0, 3, 4} : std::vector<double>{0, 3, 9}), path(4.5)}};
}

TEST(LearnedFigures, AreOneForEachTaskAndViewWithALineForEachMethod) {
  const auto reports = one_report({seeded_cells("gn", {0.1, 0.2}), seeded_cells("hig", {0.1, 0.2}),
                                   seeded_cells("lm", {0.1}), seeded_cells("pg", {0.1})});
  std::size_t asked = 0;
  const LearnedSource source = [&](const CellRecord& cell) {
    ++asked;
    EXPECT_EQ(cell.key.seed, 0u);
    return learned(cell);
  };
  const LearnedFigures found = learned_figures(reports, {.kind = "fields", .source = source, .sample = 2});
  EXPECT_EQ(asked, 4u);
  EXPECT_TRUE(found.any);
  ASSERT_EQ(found.figures.size(), 1u);
  const Figure& figure = found.figures.front();
  EXPECT_EQ(figure.name, "fields-heat-u");
  EXPECT_EQ(figure.title, "heat: velocity, held-out sample 2 of seed 0");
  ASSERT_EQ(figure.series.size(), 3u);
  EXPECT_EQ(figure.series[0].family, kReferenceFamily);
  EXPECT_EQ(figure.series[0].label, "target");
  EXPECT_EQ(figure.series[1].label, "gn");
  EXPECT_EQ(figure.series[1].family, "gn");
  EXPECT_EQ(figure.summary, "Velocity. Relative distance to the grey line: hig 0, gn 1.");
  ASSERT_EQ(figure.notes.size(), 3u);
  EXPECT_EQ(figure.notes[0], "Of held-out sample 2 of seed 0, with the weights at the end of training.");
  EXPECT_EQ(figure.notes[1], "lm is not drawn: it is not finite.");
  EXPECT_EQ(figure.notes[2], "pg: its weights were not saved.");
  EXPECT_EQ(found.missing, std::vector<std::string>{"heat pg: its weights were not saved"});
}

TEST(LearnedFigures, OfTheOtherKindOrOfBoth) {
  const auto reports = one_report({seeded_cells("gn", {0.1}), seeded_cells("lm", {0.1})});
  const LearnedFigures found = learned_figures(reports, {.kind = "trajectory", .source = learned});
  ASSERT_EQ(found.figures.size(), 1u);
  EXPECT_TRUE(found.figures[0].plane);
  EXPECT_EQ(found.figures[0].summary, "Orbit. Distance to the target at the end: gn 0.5.");
  EXPECT_EQ(found.figures[0].series[0].drawing, Drawing::points);
  EXPECT_NE(found.figures[0].notes.at(1).find("lm is not drawn: it goes up to 1e+09."), std::string::npos);
  EXPECT_EQ(learned_figures(reports, {.kind = "", .source = learned}).figures.size(), 2u);
  EXPECT_TRUE(learned_figures(reports, {.kind = "", .source = learned, .without = {"heat"}}).figures.empty());
}

TEST(LearnedFigures, OfNothingAreNone) {
  const LearnedSource nothing = [](const CellRecord&) { return LearnedViews{.missing = "no"}; };
  const std::vector<LabelledReport> none;
  EXPECT_TRUE(learned_figures(none, {.kind = "fields", .source = nothing}).figures.empty());
  const std::vector<LabelledReport> one =
      one_report({seeded_cells("gn", {0.1}), {troubled_cell("pg", 0, Status::skipped, "why")}});
  const LearnedFigures found = learned_figures(one, {.kind = "fields", .source = nothing});
  EXPECT_FALSE(found.any);
  EXPECT_EQ(found.missing, (std::vector<std::string>{"heat gn: no", "heat pg: skipped"}));
  EXPECT_EQ(found.nothing, (std::map<std::string, std::vector<std::string>>{{"heat", {"gn: no."}}}));
}

}  // namespace
}  // namespace physgrad::testing
