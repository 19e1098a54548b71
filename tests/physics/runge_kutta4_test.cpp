// The matrix integrator on s' = -s^2, whose solution is known: s(t) = s0 / (1 + s0 t).
#include "physgrad/physics/runge_kutta4.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "problems/problem_with.hpp"

namespace physgrad::testing {
namespace {

class Quadratic final : public Dynamics {
 public:
  [[nodiscard]] Index states() const override { return 1; }
  void rate(const StatesRef& s, States& out) const override { out = -s.cwiseAbs2(); }
  void jvp(const StatesRef& s, const States& ds, States& out) const override { out = -2.0 * s.cwiseProduct(ds); }
  void vjp(const StatesRef& s, const States& w, States& s_bar) const override { s_bar = -2.0 * s.cwiseProduct(w); }
};

struct Errors {
  double state, tangent;
};

Errors errors(Index steps) {
  Matrix start(1, 3);
  start << 0.5, 1.0, 2.0;
  const Matrix exact = (start.array() / (1.0 + 2.0 * start.array())).matrix();
  const Matrix slope = (1.0 + 2.0 * start.array()).square().inverse().matrix();
  const auto flow = initial_value_flow(std::make_shared<Quadratic>(), 2.0 / static_cast<double>(steps), steps);
  const LinearizationPtr at = flow->linearize(start, Matrix(0, 3));
  const Matrix ones = Matrix::Ones(1, 3);
  EXPECT_LT(distance(at->jvp(ones), at->vjp(ones)), 1e-14);
  EXPECT_LT(distance(at->state, flow->run(start, Matrix(0, 3))), 1e-14);
  return {distance(at->state, exact), distance(at->jvp(ones), slope)};
}

TEST(RungeKutta4, StateAndTangentConvergeWithOrderFour) {
  const Errors coarse = errors(64), fine = errors(128);
  EXPECT_NEAR(std::log2(coarse.state / fine.state), 4.0, 0.2);
  EXPECT_NEAR(std::log2(coarse.tangent / fine.tangent), 4.0, 0.2);
  EXPECT_LT(fine.state, 1e-8);
}

TEST(RungeKutta4, RefusesWrongShapes) {
  const auto flow = initial_value_flow(std::make_shared<Quadratic>(), 0.1, 2);
  EXPECT_THROW((void)flow->run(Matrix::Zero(2, 1), Matrix(0, 1)), std::invalid_argument);
  EXPECT_THROW((void)flow->linearize(Matrix::Zero(2, 1), Matrix(0, 1)), std::invalid_argument);
}

}  // namespace
}  // namespace physgrad::testing
