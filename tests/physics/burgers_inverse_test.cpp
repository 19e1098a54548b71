// The inverses of Burgers' equation against their formulas: what regularisation takes, how fast the march converges,
// where Gauss-Newton starts, and what all of them count.
#include "physgrad/physics/burgers_inverse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

constexpr double kLength = 2.0, kNu = 0.04, kBurgersDuration = 0.5;

BurgersSetting set_up(Index steps) {
  return {.points = 32, .length = kLength, .nu = kNu, .duration = kBurgersDuration, .steps = steps};
}

std::shared_ptr<const Simulator> simulator_with(Index steps) {
  return problem_with("burgers", {{"steps", static_cast<double>(steps)}}).simulator;
}

std::shared_ptr<const InverseSimulator> march(Index steps, const BackwardMarchSettings& settings) {
  return backward_march_inverse(simulator_with(steps), set_up(steps), settings);
}

Vector wave(int mode, double size) {
  Vector u(32);
  for (Index n = 0; n < 32; ++n) u[n] = size * std::cos(std::numbers::pi * mode * static_cast<double>(n) / 16 + 0.4);
  return u;
}

Batch data(Index count) {
  Rng rng(2, "burgers");
  return problem_with("burgers").sample(rng, count);
}

Matrix inverted(const InverseSimulator& inverse, const Matrix& y) {
  return invert_uncounted(inverse, y, Matrix::Zero(y.rows(), y.cols()), Matrix(0, y.cols()));
}

// Waves too small to steepen: M(P(u)) = exp(-a (q / q_c)^(2p-2)) u, a = nu q^2 duration, exp(-a(q_c)) = cutoff.
TEST(BackwardMarch, TakesFromSmallWavesWhatItsFormulaSays) {
  for (const Index order : {Index{2}, Index{3}, Index{8}})
    for (const double cutoff : {1e-2, 1e-3})
      for (const int mode : {1, 3, 5, 7}) {
        const double a = kNu * std::pow(std::numbers::pi * mode, 2) * kBurgersDuration;
        const double kept = std::exp(-a * std::pow(a / -std::log(cutoff), static_cast<double>(order - 1)));
        const Vector u = wave(mode, 1e-7);
        const Matrix back = inverted(*march(512, {.cutoff = cutoff, .order = order, .corrections = 0}),
                                     simulator_with(512)->run(u, Matrix(0, 1)));
        EXPECT_LT(distance(back, kept * u), 1e-5 * 1e-7) << order << " " << cutoff << " " << mode;
      }
}

// No wave of y grows by more than exp(nu q_c^2 duration (1 - 1/p) p^(-1/(p-1))).
TEST(BackwardMarch, AmplifiesNoWaveByMoreThanItsBound) {
  for (const double order : {2.0, 4.0}) {
    const double bound = std::exp(-std::log(1e-3) * (1 - 1 / order) * std::pow(order, -1 / (order - 1)));
    const auto inverse = march(64, {.cutoff = 1e-3, .order = static_cast<Index>(order), .corrections = 0});
    double most = 0;
    for (int mode = 1; mode < 16; ++mode) {
      const Vector y = wave(mode, 1e-9);
      most = std::max(most, inverted(*inverse, y).norm() / y.norm());
    }
    EXPECT_LT(most, bound * (1 + 1e-6)) << order;
    EXPECT_GT(most, 0.8 * bound) << order;  // and some wave comes near it
  }
}

// On a grid and at an order whose regularisation is not stiff: where G dt is large, Lawson's order falls.
TEST(BackwardMarch, ItsTimeSteppingHasOrderFour) {
  const Matrix y = data(8).target(Eigen::seq(0, Eigen::last, 2), Eigen::all);
  const auto run = [&](Index steps) {
    const auto simulator = problem_with("burgers", {{"points", 16.0}, {"steps", static_cast<double>(steps)}}).simulator;
    BurgersSetting coarse = set_up(steps);
    coarse.points = 16;
    return inverted(*backward_march_inverse(simulator, coarse, {.cutoff = 1e-3, .order = 2, .corrections = 0}), y);
  };
  const Matrix reference = run(2048);
  EXPECT_NEAR(std::log2(distance(run(64), reference) / distance(run(128), reference)), 4.0, 0.3);
}

TEST(BackwardMarch, EveryCorrectionBringsTheStateCloser) {
  const Batch batch = data(64);
  const auto residual = [&](Index corrections) {
    const auto inverse = march(32, {.cutoff = 1e-3, .order = 8, .corrections = corrections});
    const Matrix error = simulator_with(32)->run(inverted(*inverse, batch.target), batch.context) - batch.target;
    return error.norm() / batch.target.norm();
  };
  const double none = residual(0), one = residual(1), three = residual(3);
  EXPECT_LT(none, 0.05);
  EXPECT_LT(one, 0.6 * none);
  EXPECT_LT(three, 0.6 * one);
}

TEST(BackwardMarch, RecoversTheInitialVelocityWithoutANearControl) {
  const Batch batch = data(64);
  const auto inverse = problem_with("burgers", {{"inverse_method", std::string("marching")}}).inverse;
  const Matrix x = inverted(*inverse, batch.target);
  EXPECT_LT((x - batch.reference).norm(), 0.25 * (batch.target - batch.reference).norm());
  EXPECT_LT((problem_with("burgers").simulator->run(x, batch.context) - batch.target).norm(),
            0.005 * batch.target.norm());
  EXPECT_EQ(distance(x, invert_uncounted(*inverse, batch.target, batch.reference, batch.context)), 0.0);
}

TEST(BackwardMarch, CountsEveryRunForwardAndBackward) {
  const Batch batch = data(5);
  Costs costs;
  (void)march(32, {.cutoff = 1e-3, .order = 8, .corrections = 3})->invert(batch.target, {}, batch.context, costs);
  EXPECT_EQ(costs.simulations, 5 * 2 * 4);
}

/// Gives back what it was to start from.
class Start final : public InverseSimulator {
 public:
  [[nodiscard]] Matrix invert(const Matrix&, const Matrix& x_near, const Matrix&, Costs&) const override {
    return x_near;
  }
  [[nodiscard]] double work_bytes(Index) const override { return 0; }
};

// What is wrong with -P(-P(u)) is diffusion alone: it halves with nu.
TEST(TimeReversed, StartsFromWhatAdvectionAloneCameFrom) {
  const auto error = [](double nu) {
    const auto simulator = problem_with("burgers", {{"nu", nu}, {"points", 64.0}, {"steps", 128.0}}).simulator;
    Vector u(64);
    for (Index n = 0; n < 64; ++n) u[n] = 0.2 * std::sin(std::numbers::pi * static_cast<double>(n) / 32);
    const auto inverse = time_reversed_inverse(simulator, std::make_shared<Start>());
    return distance(inverted(*inverse, simulator->run(u, Matrix(0, 1))), u);
  };
  EXPECT_NEAR(error(1e-3) / error(5e-4), 2.0, 0.1);
  EXPECT_LT(error(5e-4), 0.01);
}

TEST(TimeReversed, GaussNewtonFromThereReachesTheStateWhereverTheNetworkIs) {
  const Batch batch = data(8);
  const Problem problem = problem_with("burgers", {{"inverse_method", std::string("gauss-newton-reversed")}});
  Costs costs;
  const Matrix x = problem.inverse->invert(batch.target, 3.0 * batch.reference, batch.context, costs);
  EXPECT_LT((problem.simulator->run(x, batch.context) - batch.target).norm(), 0.01 * batch.target.norm());
  EXPECT_EQ(distance(x, inverted(*problem.inverse, batch.target)), 0.0);
  EXPECT_GE(costs.simulations, 8 * 4);  // the start, P of it, a linearisation and a trial at least
  EXPECT_GT(costs.simulator_vjps + costs.simulator_jvps, 0);
}

}  // namespace
}  // namespace physgrad::testing
