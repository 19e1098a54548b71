// What problems show of themselves, by the simulator that trains.
#include "physgrad/core/view.hpp"

#include <gtest/gtest.h>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

const View& view_of(const Problem& problem, const std::string& name) {
  for (const View& view : problem.views)
    if (view.name == name) return view;
  throw std::invalid_argument("no view " + name);
}

/// One sample and a control that is not zero.
struct Shown {
  explicit Shown(const Problem& problem) {
    Rng rng(3, "views");
    batch = problem.sample(rng, 1);
    x = 0.3 * rng.uniform_matrix(problem.simulator->controls(), 1, -1, 1);
    y = problem.simulator->run(x, batch.context);
  }
  Batch batch;
  Matrix x, y;
};

TEST(Views, StepsHoldTheirValueToTheEnd) {
  const ViewLine line = view_steps(0.5, Vector::LinSpaced(3, 1, 3));
  EXPECT_EQ(line.x, (std::vector<double>{0, 0.5, 1, 1.5}));
  EXPECT_EQ(line.y, (std::vector<double>{1, 2, 3, 3}));
}

TEST(Views, SortedLinesKeepPairs) {
  Vector x(3), y(3);
  x << 2, -1, 0.5;
  y << 20, -10, 5;
  const ViewLine line = sorted_line(x, y, "l");
  EXPECT_EQ(line.x, (std::vector<double>{-1, 0.5, 2}));
  EXPECT_EQ(line.y, (std::vector<double>{-10, 5, 20}));
}

// The path is made of single steps; its end is what the training saw, bit for bit.
TEST(Views, AnOrbitEndsWhereTheSimulatorDoes) {
  const Problem problem = problem_with("two-body");
  const Shown one(problem);
  const ShownView orbit = shown(view_of(problem, "orbit"), one.x, one.batch);
  const ViewLine& line = orbit.lines.at(0);
  ASSERT_EQ(line.x.size(), 65u);
  EXPECT_EQ(line.x.front(), one.batch.context(0, 0));
  EXPECT_EQ(line.x.back(), one.y(0, 0));
  EXPECT_EQ(line.y.back(), one.y(1, 0));
  // Without thrust the target orbit is a circle around the centre.
  const ViewLine& circle = orbit.reference.at(0);
  const double radius = one.batch.target.col(0).head(2).norm();
  for (std::size_t i = 0; i < circle.x.size(); ++i)
    EXPECT_NEAR(std::hypot(circle.x[i], circle.y[i]), radius, 1e-4 * radius);
}

TEST(Views, PositionsEndWhereTheSimulatorDoes) {
  for (const char* name : {"coupled-oscillators", "nonlinear-oscillators"})
    for (const double masses : {1.0, 2.0, 5.0}) {
      const Problem problem = problem_with(name, {{"oscillators", masses}});
      const Shown one(problem);
      for (const Index mass : {Index{0}, static_cast<Index>(masses) - 1}) {
        const ShownView view = shown(view_of(problem, "position-" + std::to_string(mass + 1)), one.x, one.batch);
        EXPECT_EQ(view.lines.at(0).y.front(), one.batch.context(mass, 0)) << name;
        EXPECT_EQ(view.lines.at(0).y.back(), one.y(mass, 0)) << name;
        EXPECT_NEAR(view.lines.at(0).x.back(), view.reference.at(0).x.at(0), 1e-12);
        EXPECT_EQ(view.reference.at(0).y.at(0), one.batch.target(mass, 0));
      }
    }
}

TEST(Views, TheDensityOfTheDipoleHasIntegralOne) {
  const Problem problem = problem_with("quantum-dipole");
  const Shown one(problem);
  const ShownView density = shown(view_of(problem, "density"), one.x, one.batch);
  for (const auto& lines : {density.lines, density.reference}) {
    double integral = 0;
    const ViewLine& line = lines.at(0);
    for (std::size_t i = 0; i + 1 < line.x.size(); ++i)
      integral += 0.5 * (line.y[i] + line.y[i + 1]) * (line.x[i + 1] - line.x[i]);
    EXPECT_NEAR(integral, 1, 1e-9);
    EXPECT_EQ(line.x.back(), 2.0);
  }
}

TEST(Views, SectionsOfThePoissonProblemAreOfItsFields) {
  for (const char* direction : {"laplacian", "solve"}) {
    const Problem problem = problem_with("poisson", {{"direction", std::string(direction)}});
    const Shown one(problem);
    const bool forward = direction == std::string("laplacian");
    const ShownView control = shown(view_of(problem, forward ? "potential" : "source"), one.x, one.batch);
    const ShownView state = shown(view_of(problem, forward ? "source" : "potential"), one.x, one.batch);
    EXPECT_EQ(control.lines[0].y.at(forward ? 3 : 2), one.x(2 + 8 * 4, 0));
    EXPECT_EQ(state.lines[0].y.at(forward ? 2 : 3), one.y(2 + 8 * 4, 0));
    EXPECT_EQ(state.reference[0].y.at(forward ? 2 : 3), one.batch.target(2 + 8 * 4, 0));
    // The potential has walls.
    EXPECT_EQ((forward ? control : state).lines[0].y.front(), 0.0);
    EXPECT_EQ((forward ? control : state).lines[0].x.size(), 10u);
  }
}

TEST(Views, WhoSaysNothingIsShownByComponent) {
  const Problem problem = problem_with("quadratic");
  const std::vector<View> views = component_views(problem.simulator);
  const Shown one(problem);
  const ShownView control = shown(views.at(0), one.x, one.batch), state = shown(views.at(1), one.x, one.batch);
  EXPECT_EQ(control.lines.at(0).y, (std::vector<double>{one.x(0, 0), one.x(1, 0)}));
  EXPECT_EQ(control.reference.at(0).y, (std::vector<double>{0, 0}));
  EXPECT_EQ(state.lines.at(0).y, (std::vector<double>{one.y(0, 0), one.y(1, 0)}));
}

}  // namespace
}  // namespace physgrad::testing
