// Simulators written forward only: their derivatives, and that hand-written ones agree with them.
#include "physgrad/physics/autodiff_simulator.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

// problems/two-body.cpp with one thrust per step, forward only.
struct ForwardTwoBody {
  static constexpr Index state_size = 4, control_size = 2;
  Index steps;
  double mu, dt;

  template <class T>
  ColumnOf<T> rate(const ColumnOf<T>& s, const ColumnOf<T>& u) const {
    using std::sqrt;
    const T square = s(0) * s(0) + s(1) * s(1);
    const T strength = mu / (square * sqrt(square));
    ColumnOf<T> f(4);
    f << s(2), s(3), u(0) - strength * s(0), u(1) - strength * s(1);
    return f;
  }
  template <class T>
  ColumnOf<T> moved(const ColumnOf<T>& s, double h, const ColumnOf<T>& k) const {
    ColumnOf<T> result(4);
    for (Index i = 0; i < 4; ++i) result(i) = s(i) + h * k(i);
    return result;
  }
  template <class T>
  ColumnOf<T> step(const ColumnOf<T>& s, const ColumnOf<T>& u, Index /*n*/) const {
    const ColumnOf<T> k1 = rate(s, u), k2 = rate(moved(s, dt / 2, k1), u), k3 = rate(moved(s, dt / 2, k2), u);
    const ColumnOf<T> k4 = rate(moved(s, dt, k3), u);
    ColumnOf<T> result(4);
    for (Index i = 0; i < 4; ++i) result(i) = s(i) + dt / 6.0 * (k1(i) + 2.0 * k2(i) + 2.0 * k3(i) + k4(i));
    return result;
  }
};

TEST(AutodiffSimulator, AgreesWithTheHandWrittenTwoBody) {
  constexpr Index steps = 24, count = 7;
  constexpr double mu = 4.0, duration = 1.5;
  const Problem problem =
      problem_with("two-body", {{"mu", mu}, {"duration", duration}, {"steps", 24.0}, {"segments", 24.0}});
  const AutodiffSimulator<ForwardTwoBody> forward({steps, mu, duration / 24.0});
  ASSERT_EQ(forward.controls(), problem.simulator->controls());
  ASSERT_EQ(forward.outputs(), problem.simulator->outputs());
  Rng rng(1, "autodiff");
  const Matrix context = problem.sample(rng, count).context;
  const Matrix x = rng.uniform_matrix(2 * steps, count, -0.5, 0.5);
  const LinearizationPtr hand = problem.simulator->linearize(x, context), automatic = forward.linearize(x, context);
  EXPECT_LT(distance(automatic->state, hand->state), 1e-11);
  EXPECT_LT(distance(forward.run(x, context), hand->state), 1e-11);
  for (int trial = 0; trial < 3; ++trial) {
    const Matrix v = rng.uniform_matrix(2 * steps, count, -1, 1), w = rng.uniform_matrix(4, count, -1, 1);
    EXPECT_LT(distance(automatic->jvp(v), hand->jvp(v)), 1e-11);
    EXPECT_LT(distance(automatic->vjp(w), hand->vjp(w)), 1e-11);
  }
}

// As simple as the example in the header, with the traps: time-dependent forcing, a number assigned from a constant
// inside a longer expression, and a component without any dependence.
struct ForcedPendulum {
  static constexpr Index state_size = 3, control_size = 1, steps = 12;
  template <class T>
  ColumnOf<T> step(const ColumnOf<T>& s, const ColumnOf<T>& u, Index n) const {
    using std::sin;
    const T friction = 0.3, half = 0.5;
    const T torque = u(0) * std::cos(0.1 * static_cast<double>(n)) - sin(s(0)) - (friction * half) * s(1);
    ColumnOf<T> next(3);
    next << s(0) + 0.1 * s(1), s(1) + 0.1 * torque, T(static_cast<double>(n));
    return next;
  }
};

TEST(AutodiffSimulator, TangentMatchesDifferencesAndItsAdjoint) {
  const AutodiffSimulator<ForcedPendulum> pendulum{ForcedPendulum{}};
  Rng rng(2, "autodiff");
  const Matrix x = rng.uniform_matrix(12, 4, -1, 1), context = rng.uniform_matrix(3, 4, -2, 2);
  const Matrix v = rng.uniform_matrix(12, 4, -1, 1), w = rng.uniform_matrix(3, 4, -1, 1);
  const LinearizationPtr at = pendulum.linearize(x, context);
  EXPECT_LT(distance(at->state, pendulum.run(x, context)), 1e-14);
  EXPECT_EQ(at->state(2, 0), 11.0);
  constexpr double h = 1e-5;
  const Matrix difference = (pendulum.run(x + h * v, context) - pendulum.run(x - h * v, context)) / (2 * h);
  const Matrix tangent = at->jvp(v);
  EXPECT_GT(tangent.topRows(2).norm(), 0.1);
  EXPECT_LT(distance(tangent, difference), 1e-9);
  EXPECT_EQ(tangent.row(2).norm(), 0.0);
  EXPECT_NEAR(tangent.cwiseProduct(w).sum(), at->vjp(w).cwiseProduct(v).sum(), 1e-13);
}

TEST(AutodiffSimulator, RefusesWrongShapes) {
  const AutodiffSimulator<ForcedPendulum> pendulum{ForcedPendulum{}};
  EXPECT_THROW((void)pendulum.run(Matrix::Zero(11, 2), Matrix::Zero(3, 2)), std::invalid_argument);
  EXPECT_THROW((void)pendulum.run(Matrix::Zero(12, 2), Matrix::Zero(3, 1)), std::invalid_argument);
  EXPECT_THROW((void)pendulum.linearize(Matrix::Zero(12, 2), Matrix::Zero(2, 2)), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
