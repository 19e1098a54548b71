// physics=newton: what a step promises is bounded by what the sample has to lose.
#include <gtest/gtest.h>

#include <cmath>

#include "physgrad/core/sample_losses.hpp"
#include "update/one_update.hpp"

namespace physgrad::testing {
namespace {

struct Outcome {
  Vector before, after, promised;  // of every sample alone
  Matrix dx;
};

Outcome outcome(const std::string& problem, const std::vector<std::string>& settings, Index batch) {
  OneUpdate one(problem, "pg-newton", batch, settings);
  const Problem& of = one.pair.problem;
  const Matrix x = one.at->control();
  Outcome result;
  result.dx = one.report.physics_step;
  Matrix seeds;
  const LinearizationPtr here = of.simulator->linearize(x, one.batch.context);
  sample_losses(*of.loss, here->state, one.batch.target, result.before, seeds);
  result.promised = -here->vjp(seeds).cwiseProduct(result.dx).colwise().sum().transpose();
  Matrix unused;
  sample_losses(*of.loss, of.simulator->run(x + result.dx, one.batch.context), one.batch.target, result.after, unused);
  return result;
}

// Eigenvalues of a trajectory's Hessian are small and of either sign where thrust changes little, and what a step
// makes of them was a hundred times the control.
TEST(NewtonStep, NoTwoBodySampleGetsWorseThanItsShare) {
  const Outcome free = outcome("two-body", {"reduction_bound=0", "physics_tau=1e-8"}, 64);
  const Outcome bound = outcome("two-body", {"reduction_bound=1", "physics_tau=1e-8"}, 64);
  EXPECT_GT((free.after.array() > free.before.array()).count(), 32);
  EXPECT_EQ((bound.after.array() > bound.before.array()).count(), 0);
  EXPECT_LT((bound.after.array() / bound.before.array()).maxCoeff(), 0.8);
  EXPECT_LE((bound.promised.array() / bound.before.array()).maxCoeff(), 1.0 + 1e-9);
  EXPECT_GT((bound.promised.array() / bound.before.array()).minCoeff(), 0.5);
}

// With one control the eigenvalue is its own largest, and no truncation helps at the inflection exp(x) = y* / 2. The
// loss is not divided by the batch there: the bound is one of the sample.
TEST(NewtonStep, AnInflectionMovesNobodyFar) {
  const Outcome free = outcome("exponential", {"reduction_bound=0"}, 256);
  const Outcome bound = outcome("exponential", {"reduction_bound=2"}, 256);
  EXPECT_GT(free.dx.cwiseAbs().maxCoeff(), 3.0);
  EXPECT_LE(bound.dx.cwiseAbs().maxCoeff(), 1.5);
  EXPECT_LE((bound.promised.array() / bound.before.array()).maxCoeff(), 2.0 + 1e-9);
}

// Gauss-Newton's step of a squared loss promises twice the loss: a linear simulator's is not shortened.
TEST(NewtonStep, ALinearSimulatorsStepIsWhole) {
  for (const char* problem : {"coupled-oscillators", "poisson", "scaled-fit"}) {
    const Outcome free = outcome(problem, {"reduction_bound=0"}, 8), bound = outcome(problem, {}, 8);
    EXPECT_LT((free.dx - bound.dx).norm(), 1e-6 * free.dx.norm()) << problem;
  }
}

}  // namespace
}  // namespace physgrad::testing
