// The integrator on the logistic equation s' = u s (1 - s), whose solution is known: with E = the integral of u,
// s(t) = s0 e^E / (1 - s0 + s0 e^E).
#include "core/runge_kutta4.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "core/rng.hpp"
#include "physics/problem_with.hpp"

namespace physgrad::testing {
namespace {

class Logistic final : public Dynamics {
 public:
  [[nodiscard]] Index states() const override { return 1; }
  [[nodiscard]] Index controls() const override { return 1; }
  void rate(const StatesRef& s, const StatesRef& u, States& out) const override {
    out = (u.array() * s.array() * (1.0 - s.array())).matrix();
  }
  void jvp(const StatesRef& s, const StatesRef& u, const States& ds, const StatesRef& du, States& out) const override {
    out = (u.array() * (1.0 - 2.0 * s.array()) * ds.array() + s.array() * (1.0 - s.array()) * du.array()).matrix();
  }
  void vjp(const StatesRef& s, const StatesRef& u, const States& w, States& s_bar, States& u_bar) const override {
    s_bar = (u.array() * (1.0 - 2.0 * s.array()) * w.array()).matrix();
    u_bar = (s.array() * (1.0 - s.array()) * w.array()).matrix();
  }
};

// s' = -s^2 without controls: s(t) = s0 / (1 + s0 t).
class Quadratic final : public Dynamics {
 public:
  [[nodiscard]] Index states() const override { return 1; }
  [[nodiscard]] Index controls() const override { return 0; }
  void rate(const StatesRef& s, const StatesRef& /*u*/, States& out) const override { out = -s.cwiseAbs2(); }
  void jvp(const StatesRef& s, const StatesRef& /*u*/, const States& ds, const StatesRef& /*du*/,
           States& out) const override {
    out = -2.0 * s.cwiseProduct(ds);
  }
  void vjp(const StatesRef& s, const StatesRef& /*u*/, const States& w, States& s_bar, States& /*u*/) const override {
    s_bar = -2.0 * s.cwiseProduct(w);
  }
};

constexpr Index segments = 3, samples = 5;
constexpr double duration = 3.0;

struct Errors {
  double state, tangent, start_gradient, control_gradient;
};

// Against the exact solution and its exact sensitivities.
Errors logistic_errors(Index steps_per_segment) {
  Rng rng(1, "logistic");
  const Matrix start = rng.uniform_matrix(1, samples, 0.1, 0.9), u = rng.uniform_matrix(segments, samples, -2, 2);
  const Matrix d_start = rng.uniform_matrix(1, samples, -1, 1), du = rng.uniform_matrix(segments, samples, -1, 1);
  constexpr double length = duration / segments;
  const TimeGrid grid{length / static_cast<double>(steps_per_segment), segments, steps_per_segment};
  const Trajectory trajectory(std::make_shared<Logistic>(), grid, start, u);
  const Eigen::ArrayXXd growth = (length * u.colwise().sum()).array().exp();
  const Eigen::ArrayXXd below = 1.0 - start.array() + start.array() * growth;
  const Matrix end = (start.array() * growth / below).matrix();
  const Matrix by_start = (growth / below.square()).matrix();
  const Matrix by_control = (length * end.array() * (1.0 - end.array())).matrix();  // the same for every segment
  const Matrix tangent = by_start.cwiseProduct(d_start) + by_control.cwiseProduct(du.colwise().sum());
  const Trajectory::Gradient gradient = trajectory.vjp(States::Ones(1, samples));
  return {distance(trajectory.end(), end), distance(trajectory.jvp(d_start, du), tangent),
          distance(gradient.start, by_start), distance(gradient.controls, by_control.replicate(segments, 1))};
}

TEST(RungeKutta4, StateAndDerivativesConvergeWithOrderFour) {
  const Errors coarse = logistic_errors(16), fine = logistic_errors(32), finest = logistic_errors(256);
  EXPECT_NEAR(std::log2(coarse.state / fine.state), 4.0, 0.2);
  EXPECT_NEAR(std::log2(coarse.tangent / fine.tangent), 4.0, 0.2);
  EXPECT_NEAR(std::log2(coarse.start_gradient / fine.start_gradient), 4.0, 0.2);
  EXPECT_NEAR(std::log2(coarse.control_gradient / fine.control_gradient), 4.0, 0.2);
  EXPECT_LT(finest.state, 1e-10);
  EXPECT_LT(finest.tangent, 1e-9);
  EXPECT_LT(finest.start_gradient, 1e-9);
  EXPECT_LT(finest.control_gradient, 1e-9);
}

TEST(RungeKutta4, WithAndWithoutTrajectoryAgree) {
  Rng rng(2, "logistic");
  const Matrix start = rng.uniform_matrix(1, samples, 0.1, 0.9), u = rng.uniform_matrix(segments, samples, -2, 2);
  const auto logistic = std::make_shared<Logistic>();
  const TimeGrid grid{0.1, segments, 10};
  const Matrix end = integrate(*logistic, grid, start, u);
  EXPECT_LT(distance(Trajectory(logistic, grid, start, u).end(), end), 1e-15);
  EXPECT_LT(distance(controlled_flow(logistic, grid)->run(u, start), end), 1e-15);
}

TEST(RungeKutta4, InitialValueFlowConvergesWithOrderFour) {
  Matrix start(1, 3);
  start << 0.5, 1.0, 2.0;
  const Matrix exact = (start.array() / (1.0 + 2.0 * start.array())).matrix();
  const Matrix slope = (1.0 + 2.0 * start.array()).square().inverse().matrix();
  const auto errors = [&](Index steps) {
    const auto flow = initial_value_flow(std::make_shared<Quadratic>(), {2.0 / static_cast<double>(steps), 1, steps});
    const Linearization at = flow->linearize(start, Matrix(0, 3));
    const Matrix ones = Matrix::Ones(1, 3);
    EXPECT_LT(distance(at.jvp(ones), at.vjp(ones)), 1e-14);
    return std::pair(distance(at.state, exact), distance(at.jvp(ones), slope));
  };
  const auto [state, tangent] = errors(64);
  const auto [fine_state, fine_tangent] = errors(128);
  EXPECT_NEAR(std::log2(state / fine_state), 4.0, 0.2);
  EXPECT_NEAR(std::log2(tangent / fine_tangent), 4.0, 0.2);
  EXPECT_LT(fine_state, 1e-8);
}

TEST(RungeKutta4, RefusesWrongShapes) {
  const auto flow = controlled_flow(std::make_shared<Logistic>(), {0.1, segments, 2});
  EXPECT_THROW((void)flow->run(Matrix::Zero(segments + 1, 2), Matrix::Zero(1, 2)), std::invalid_argument);
  EXPECT_THROW((void)flow->linearize(Matrix::Zero(segments, 2), Matrix::Zero(1, 1)), std::invalid_argument);
  const auto initial = initial_value_flow(std::make_shared<Quadratic>(), {0.1, 1, 2});
  EXPECT_THROW((void)initial->run(Matrix::Zero(2, 1), Matrix(0, 1)), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
