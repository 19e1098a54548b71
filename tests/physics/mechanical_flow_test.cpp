// The mechanical integrator against the classical Runge-Kutta method in its textbook form, against the exact solution
// of a driven oscillator, and against the exact solution of a nonlinear one.
#include "physgrad/physics/mechanical_flow.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "physgrad/core/rng.hpp"
#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

// x'' = 6 x^2 + u; with u = 0 and x'(0) = -2 x(0)^(3/2) the solution is x = (t + x(0)^(-1/2))^-2.
struct Decay {
  static constexpr Index kMaxCoordinates = 1, kControls = 1;
  static constexpr bool kLinear = false;
  [[nodiscard]] static Index coordinates() { return 1; }
  static void acceleration(const Pack* x, Pack* a) { a[0] = Pack(6.0) * x[0] * x[0]; }
  static void gradient(const Pack* x, const Pack* q, Pack* out) { out[0] = Pack(12.0) * x[0] * q[0]; }
  static void drive(const Pack* u, Pack* a) { a[0] += u[0]; }
  static void respond(const Pack* w, Pack* u_bar) { u_bar[0] += w[0]; }
};

// x'' = -x + u, with (kLinear) and without the shortcut for linear motions.
template <bool linear>
struct Oscillator {
  static constexpr Index kMaxCoordinates = 1, kControls = 1;
  static constexpr bool kLinear = linear;
  [[nodiscard]] static Index coordinates() { return 1; }
  static void acceleration(const Pack* x, Pack* a) { a[0] = -x[0]; }
  static void gradient(const Pack* /*x*/, const Pack* q, Pack* out) { out[0] = -q[0]; }
  static void drive(const Pack* u, Pack* a) { a[0] += u[0]; }
  static void respond(const Pack* w, Pack* u_bar) { u_bar[0] += w[0]; }
};

// More samples than one group of lanes, and not a multiple of them.
const Index kSamples = kLanes + 3;

TEST(MechanicalFlow, IsTheClassicalMethodInItsTextbookForm) {
  const TimeGrid grid{0.07, 3, 2};
  Rng rng(1, "mechanical");
  const Matrix start = rng.uniform_matrix(2, kSamples, -0.5, 0.5), u = rng.uniform_matrix(3, kSamples, -1, 1);
  Matrix expected = start;
  for (Index i = 0; i < kSamples; ++i) {
    Vector s = start.col(i);
    for (Index n = 0; n < grid.steps(); ++n) {
      const double drive = u(n / 2, i);
      const auto f = [&](const Vector& at) {
        Vector rate(2);
        rate << at[1], 6 * at[0] * at[0] + drive;
        return rate;
      };
      const Vector k1 = f(s), k2 = f(s + 0.5 * grid.dt * k1), k3 = f(s + 0.5 * grid.dt * k2), k4 = f(s + grid.dt * k3);
      s += grid.dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }
    expected.col(i) = s;
  }
  const MechanicalFlow<Decay> flow(Decay{}, grid);
  EXPECT_LT(distance(flow.run(u, start), expected), 1e-15);
  EXPECT_LT(distance(flow.linearize(u, start)->state, expected), 1e-15);
}

TEST(MechanicalFlow, NonlinearMotionConvergesWithOrderFour) {
  Matrix start(2, 2);
  start.row(0) << 0.4, 1.0;
  start.row(1) = -2.0 * start.row(0).array().pow(1.5);
  const auto error = [&](Index steps) {
    const MechanicalFlow<Decay> flow(Decay{}, {1.0 / static_cast<double>(steps), steps, 1});
    const Eigen::ArrayXXd shifted = 1.0 + start.row(0).array().rsqrt();
    Matrix exact(2, 2);
    exact << shifted.pow(-2).matrix(), (-2.0 * shifted.pow(-3)).matrix();
    return distance(flow.run(Matrix::Zero(steps, 2), start), exact);
  };
  EXPECT_NEAR(std::log2(error(32) / error(64)), 4.0, 0.2);
  EXPECT_LT(error(256), 2e-9);
}

// For constant u on [a, b] the end state of x'' = -x + u gains u (cos(T-b) - cos(T-a), sin(T-a) - sin(T-b)).
template <bool linear>
void expect_exact_sensitivities() {
  constexpr Index segments = 3;
  const double duration = 3.0;
  const TimeGrid grid{duration / (segments * 64), segments, 64};
  const MechanicalFlow<Oscillator<linear>> flow({}, grid);
  Rng rng(2, "mechanical");
  const Matrix start = rng.uniform_matrix(2, kSamples, -1, 1), u = rng.uniform_matrix(segments, kSamples, -1, 1);
  Matrix gain(2, segments), free(2, 2);
  free << std::cos(duration), std::sin(duration), -std::sin(duration), std::cos(duration);
  for (Index k = 0; k < segments; ++k) {
    const double to_a = duration - static_cast<double>(k), to_b = to_a - 1.0;
    gain.col(k) << std::cos(to_b) - std::cos(to_a), std::sin(to_a) - std::sin(to_b);
  }
  const LinearizationPtr at = flow.linearize(u, start);
  EXPECT_LT(distance(at->state, free * start + gain * u), 1e-8);
  const Matrix v = rng.uniform_matrix(segments, kSamples, -1, 1), w = rng.uniform_matrix(2, kSamples, -1, 1);
  EXPECT_LT(distance(at->jvp(v), gain * v), 1e-8);
  EXPECT_LT(distance(at->vjp(w), gain.transpose() * w), 1e-8);
  Matrix adjoints;
  at->adjoints(segments, adjoints);
  EXPECT_LT(distance(adjoints, gain.transpose().replicate(1, kSamples)), 1e-8);
}

TEST(MechanicalFlow, SensitivitiesOfADrivenOscillatorAreExact) {
  expect_exact_sensitivities<true>();
  expect_exact_sensitivities<false>();
}

TEST(MechanicalFlow, NonlinearDerivativesAreThoseOfTheDiscreteMap) {
  const MechanicalFlow<Decay> flow(Decay{}, {0.1, 4, 2});
  Rng rng(4, "mechanical");
  const Matrix start = rng.uniform_matrix(2, kSamples, -0.5, 0.5), u = rng.uniform_matrix(4, kSamples, -1, 1);
  const Matrix v = rng.uniform_matrix(4, kSamples, -1, 1), w = rng.uniform_matrix(2, kSamples, -1, 1);
  const LinearizationPtr at = flow.linearize(u, start);
  const Matrix tangent = at->jvp(v);
  const double h = 1e-5;
  EXPECT_LT(distance(tangent, (flow.run(u + h * v, start) - flow.run(u - h * v, start)) / (2 * h)), 1e-8);
  EXPECT_NEAR(tangent.cwiseProduct(w).sum(), at->vjp(w).cwiseProduct(v).sum(), 1e-13);
}

TEST(MechanicalFlow, LinearisesAgainInTheSameMemory) {
  const MechanicalFlow<Decay> flow(Decay{}, {0.1, 4, 1});
  Rng rng(3, "mechanical");
  LinearizationPtr at;
  for (const Index samples : {kSamples, Index{2}, kSamples + kLanes}) {
    const Matrix start = rng.uniform_matrix(2, samples, -0.5, 0.5), u = rng.uniform_matrix(4, samples, -1, 1);
    flow.relinearize(u, start, at);
    const LinearizationPtr fresh = flow.linearize(u, start);
    const Matrix w = Matrix::Ones(2, samples);
    EXPECT_EQ(at->state, fresh->state);
    EXPECT_EQ(at->vjp(w), fresh->vjp(w));
  }
}

TEST(MechanicalFlow, RefusesWrongShapes) {
  const MechanicalFlow<Decay> flow(Decay{}, {0.1, 3, 2});
  EXPECT_THROW((void)flow.run(Matrix::Zero(4, 2), Matrix::Zero(2, 2)), std::invalid_argument);
  EXPECT_THROW((void)flow.linearize(Matrix::Zero(3, 2), Matrix::Zero(2, 1)), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
