// Masses joined pairwise by cubic springs and driven at one end:
//   x_i'' = -x_i + coupling sum_j (x_j - x_i)^3 + [i = n] control_strength u(t).
// All quantities are dimensionless (own frequency 1, mass 1).
//
// State s = (x_1..x_n, v_1..v_n), control u = (u_1..u_steps). Classical Runge-Kutta, `steps` steps of dt, u_k constant
// over step k; y = the state after the last step. Data: start state U[0,1]^(2n); the target is the start state itself.
// L = (1/B) sum |y - y*|^2. The published set-up has n = 2, coupling 1, control_strength 3, 96 steps of 0.125.
// Inverse: damped min-norm Gauss-Newton on the control, iterated to the target (physics/control_inverse.hpp).
// Source: Schnell, Holl, Thuerey, Half-Inverse Gradients for Physical Deep Learning, ICLR 2022 (arXiv 2203.10131).
#include <algorithm>
#include <memory>

#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/end_driven.hpp"

namespace physgrad::problems {
namespace {

template <Index masses>
class CubicSprings : public EndDriven<masses> {
 public:
  static constexpr bool kLinear = false;

  CubicSprings(Index count, double coupling, double control_strength)
      : EndDriven<masses>(count, control_strength), coupling_(coupling) {}

  void acceleration(const Pack* x, Pack* a) const {
    const Index n = this->coordinates();
    for (Index i = 0; i < n; ++i) a[i] = -x[i];
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < i; ++j) {
        const Pack stretch = x[j] - x[i];
        const Pack force = Pack(coupling_) * stretch * (stretch * stretch);
        a[i] += force;
        a[j] -= force;
      }
  }

  void gradient(const Pack* x, const Pack* q, Pack* out) const {
    const Index n = this->coordinates();
    for (Index i = 0; i < n; ++i) out[i] = -q[i];
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < i; ++j) {
        const Pack stretch = x[j] - x[i];
        const Pack change = Pack(3.0 * coupling_) * (stretch * stretch) * (q[j] - q[i]);
        out[i] += change;
        out[j] -= change;
      }
  }

 private:
  double coupling_;
};

Problem build(const Settings& settings) {
  Problem problem = end_driven_problem<CubicSprings>(settings);
  problem.inverse = control_inverse(problem.simulator);
  return problem;
}

}  // namespace

ProblemDefinition nonlinear_oscillators() {
  ProblemDefinition definition;
  definition.summary = "drive masses on cubic springs at one end so that every mass returns to its start state";
  definition.citation = "Schnell, Holl, Thuerey, Half-Inverse Gradients, ICLR 2022 (arXiv 2203.10131)";
  definition.settings = end_driven_settings({.steps = 96,
                                             .dt = 0.125,
                                             .coupling = 1.0,
                                             .control_strength = 3.0,
                                             .most_coupling = 100.0,
                                             .coupling_text = "factor of the cubic force between every two masses"});
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
