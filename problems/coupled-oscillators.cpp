// Masses on linear springs, driven at one end: x_i'' = -x_i + coupling (Lap x)_i + [i = n] control_strength u(t).
// (Lap x)_i = sum over the neighbours j = i-1, i+1 that exist of (x_j - x_i): free ends. All quantities are
// dimensionless (own frequency 1, mass 1).
//
// State s = (x_1..x_n, v_1..v_n), control u = (u_1..u_steps). Classical Runge-Kutta, `steps` steps of dt, u_k constant
// over step k; y = the state after the last step. Data: start state U[0,1]^(2n); the target is the start state itself,
// so the control has to bring every mass back to where it was. L = (1/B) sum |y - y*|^2. Source: Physics-based Deep
// Learning, notebook on half-inverse gradients (Schnell, Holl, Thuerey, ICLR 2022, arXiv 2203.10131). There n = 2,
// coupling 0.2, 24 steps of 0.5.
#include <algorithm>
#include <utility>

#include "physgrad/linalg/small_partial_inverse.hpp"
#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/end_driven.hpp"

namespace physgrad::problems {
namespace {

template <Index masses>
class SpringChain : public EndDriven<masses> {
 public:
  static constexpr bool kLinear = true;

  SpringChain(Index count, double coupling, double control_strength)
      : EndDriven<masses>(count, control_strength), coupling_(coupling) {}

  // The missing neighbour of an end is the mass itself.
  void acceleration(const Pack* x, Pack* a) const {
    const Index last = this->coordinates() - 1;
    for (Index i = 0; i <= last; ++i) {
      const Pack neighbours = x[std::max<Index>(i - 1, 0)] + x[std::min<Index>(i + 1, last)];
      a[i] = multiply_add(-(1.0 + 2.0 * coupling_), x[i], Pack(coupling_) * neighbours);
    }
  }
  void gradient(const Pack* /*x*/, const Pack* q, Pack* out) const { acceleration(q, out); }

 private:
  double coupling_;
};

// P is affine in the control, so one step with the pseudo-inverse of its constant Jacobian is exact: the x closest to
// x_near that reaches the target. The Jacobian is formed per call because its cost belongs to whoever asks for an
// inverse.
class LinearControlInverse final : public InverseSimulator {
 public:
  explicit LinearControlInverse(std::shared_ptr<const Simulator> simulator) : simulator_(std::move(simulator)) {}

  [[nodiscard]] Matrix invert(const Matrix& y_target, const Matrix& x_near, const Matrix& context,
                              Costs& costs) const override {
    const Index dx = simulator_->controls(), dy = simulator_->outputs();
    const Matrix jacobian = control_jacobians_at(*simulator_, Matrix::Zero(dx, 1), Matrix::Zero(dy, 1), costs);
    constexpr double truncation = 1e-5;  // the published one; the default chain's condition number is 3.58
    const Matrix gain = small_pseudo_inverse(jacobian, truncation);
    count_sample_decompositions(1, svd_flops(static_cast<double>(dy), static_cast<double>(dx)), costs);
    return x_near + gain * (y_target - simulate(*simulator_, x_near, context, costs));
  }
  // One trajectory, its Jacobian and pseudo-inverse with the factors that it is made from; then residuals and results.
  [[nodiscard]] double work_bytes(Index samples) const override {
    const auto dx = static_cast<double>(simulator_->controls()), dy = static_cast<double>(simulator_->outputs());
    return simulator_->linearization_bytes(1) + 8 * (6 * dx * dy + 2 * static_cast<double>(samples) * (dx + dy));
  }

 private:
  std::shared_ptr<const Simulator> simulator_;
};

Problem build(const Settings& settings) {
  Problem problem = end_driven_problem<SpringChain>(settings);
  problem.inverse = std::make_shared<LinearControlInverse>(problem.simulator);
  return problem;
}

}  // namespace

ProblemDefinition coupled_oscillators() {
  ProblemDefinition definition;
  definition.summary = "drive a chain of linear oscillators at one end so that every mass returns to its start state";
  definition.citation =
      "Schnell, Holl, Thuerey, Half-Inverse Gradients, ICLR 2022 (arXiv 2203.10131), and its notebook";
  definition.settings = end_driven_settings({.steps = 24,
                                             .dt = 0.5,
                                             .coupling = 0.2,
                                             .control_strength = 1.0,
                                             .most_coupling = 10.0,
                                             .coupling_text = "stiffness of the springs between neighbours"});
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
