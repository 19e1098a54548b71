// The two-body problem's inverse begun at the thrust that stands for a Lambert arc's impulses.
#include "physgrad/physics/lambert_start.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/lambert.hpp"
#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

constexpr double kGravity = 4.0, kDuration = 1.5;

Problem started_at(const std::string& start, Index segments = 8) {
  return problem_with("two-body", {{"inverse_start", start},
                                   {"mu", kGravity},
                                   {"duration", kDuration},
                                   {"segments", static_cast<double>(segments)}});
}

/// The start alone: an inverse that takes no step.
Matrix start_of(const Problem& problem, const Batch& batch, Costs& costs, Index segments = 8) {
  const auto still = control_inverse(problem.simulator, {.iterations = 0});
  const auto start = lambert_started(problem.simulator, still, {kGravity, kDuration, segments});
  const Matrix nan = Matrix::Constant(2 * segments, batch.target.cols(), std::numeric_limits<double>::quiet_NaN());
  return start->invert(batch.target, nan, batch.context, costs);
}

LambertVelocities arc_of(const Batch& batch, Index i) {
  return lambert(batch.context.col(i).head<2>(), batch.target.col(i).head<2>(), kDuration, kGravity, true);
}

Batch data(const Problem& problem, Index samples) {
  Rng rng(5, "lambert-start");
  return problem.sample(rng, samples);
}

// Where gravity does it all: the start is exact.
TEST(LambertStart, AnArcAsksForNoThrust) {
  const Problem problem = started_at("lambert");
  Batch batch = data(problem, 32);
  for (Index i = 0; i < 32; ++i) {
    const LambertVelocities arc = arc_of(batch, i);
    batch.context.col(i).tail<2>() = arc.departure;
    batch.target.col(i).tail<2>() = arc.arrival;
  }
  Costs costs;
  EXPECT_LT(start_of(problem, batch, costs).cwiseAbs().maxCoeff(), 1e-12);
}

// Impulses of a twentieth of the data's; what is left is that they take a part of the flight each.
TEST(LambertStart, IsRightToFirstOrderForShortParts) {
  const auto residual = [](Index segments) {
    const Problem problem = started_at("lambert", segments);
    Batch batch = data(problem, 32);
    for (Index i = 0; i < 32; ++i) {
      const LambertVelocities arc = arc_of(batch, i);
      batch.context.col(i).tail<2>() = arc.departure + 0.05 * (batch.context.col(i).tail<2>() - arc.departure);
      batch.target.col(i).tail<2>() = arc.arrival + 0.05 * (batch.target.col(i).tail<2>() - arc.arrival);
    }
    const Matrix nothing = Matrix::Zero(2 * segments, 32);
    Costs costs;
    const Matrix before = problem.simulator->run(nothing, batch.context) - batch.target;
    const Matrix after =
        problem.simulator->run(start_of(problem, batch, costs, segments), batch.context) - batch.target;
    return after.norm() / before.norm();
  };
  const double eight = residual(8), sixty_four = residual(64);
  EXPECT_LT(eight, 0.2);
  EXPECT_LT(sixty_four, eight / 3.0);
}

TEST(LambertStart, ReachesTheTargetsWhereverTheNetworkIs) {
  const Problem problem = started_at("lambert");
  const Batch batch = data(problem, 256);
  Rng rng(6, "lambert-start");
  const Matrix far = rng.uniform_matrix(16, 256, -3.0, 3.0);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, far, batch.context);
  EXPECT_LT(distance(problem.simulator->run(x, batch.context), batch.target), 1e-10);
  EXPECT_EQ(distance(x, invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(16, 256), batch.context)), 0.0);
}

/// How fast the inverse's control changes between samples that nearly agree, at most.
double steepest(const Problem& problem) {
  const Batch here = data(problem, 256);
  Rng rng(7, "lambert-start");
  const Matrix move = 1e-4 * rng.uniform_matrix(8, 256, -1.0, 1.0), nothing = Matrix::Zero(16, 256);
  const Matrix x = invert_uncounted(*problem.inverse, here.target, nothing, here.context);
  const Matrix other =
      invert_uncounted(*problem.inverse, here.target + move.bottomRows(4), nothing, here.context + move.topRows(4));
  return (x - other).colwise().norm().cwiseQuotient(move.colwise().norm()).maxCoeff();
}

// The softest of the four directions in which thrust moves the end has a singular value of 0.07, so that the slope of
// every inverse is of order 15 there; what is more jumps between branches.
TEST(LambertStart, NeighbouringSamplesHaveNeighbouringControls) {
  const double lambert = steepest(started_at("lambert")), near = steepest(started_at("near"));
  EXPECT_LT(lambert, 20.0);
  EXPECT_GT(near, 2.0 * lambert);  // from zero thrust
}

// A retrograde start flies on as it does.
TEST(LambertStart, TheSenseOfRevolutionIsTheStartStates) {
  const Problem problem = started_at("lambert");
  Batch batch = data(problem, 16);
  const Matrix x = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(16, 16), batch.context);
  for (Matrix* states : {&batch.context, &batch.target})
    for (const Index row : {1, 3}) states->row(row) *= -1.0;
  Matrix mirrored = invert_uncounted(*problem.inverse, batch.target, Matrix::Zero(16, 16), batch.context);
  for (Index row = 1; row < 16; row += 2) mirrored.row(row) *= -1.0;
  EXPECT_LT(distance(mirrored, x), 1e-8);
}

TEST(LambertStart, CountsItsLinearisationAndDecompositions) {
  const Problem problem = started_at("lambert");
  Costs costs;
  (void)start_of(problem, data(problem, 8), costs);
  EXPECT_EQ(costs.simulations, 2.0 * 8.0);  // the arc, linearised, and where the inverse looks first
  EXPECT_EQ(costs.simulator_jvps + costs.simulator_vjps, 8.0 * 4.0);
  EXPECT_EQ(costs.sample_decompositions, 8.0);
}

TEST(LambertStart, SamplesWithoutAnArcBeginWhereTheyAreTold) {
  const Problem problem = started_at("lambert");
  const Batch batch = data(problem, 1);
  Matrix target = batch.context;  // back to the same place: no direction of a chord
  target(2, 0) += 0.01;
  const Matrix near = Matrix::Constant(16, 1, 0.1);
  const auto still = control_inverse(problem.simulator, {.iterations = 0});
  const auto start = lambert_started(problem.simulator, still, {kGravity, kDuration, 8});
  EXPECT_EQ(distance(invert_uncounted(*start, target, near, batch.context), near), 0.0);
}

}  // namespace
}  // namespace physgrad::testing
