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

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/control_inverse.hpp"
#include "physgrad/physics/mechanical_flow.hpp"

namespace physgrad::problems {
namespace {

constexpr Index kMostMasses = 64;

// `masses` is known to the compiler for the published two, else Eigen::Dynamic.
template <Index masses>
class CubicSprings {
 public:
  static constexpr Index kMaxCoordinates = masses == Eigen::Dynamic ? kMostMasses : masses;
  static constexpr Index kControls = 1;
  static constexpr bool kLinear = false;

  CubicSprings(Index count, double coupling, double control_strength)
      : count_(count), coupling_(coupling), control_strength_(control_strength) {}

  [[nodiscard]] Index coordinates() const { return masses == Eigen::Dynamic ? count_ : masses; }

  void acceleration(const Pack* x, Pack* a) const {
    const Index n = coordinates();
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
    const Index n = coordinates();
    for (Index i = 0; i < n; ++i) out[i] = -q[i];
    for (Index i = 0; i < n; ++i)
      for (Index j = 0; j < i; ++j) {
        const Pack stretch = x[j] - x[i];
        const Pack change = Pack(3.0 * coupling_) * (stretch * stretch) * (q[j] - q[i]);
        out[i] += change;
        out[j] -= change;
      }
  }

  void drive(const Pack* u, Pack* a) const {
    Pack& last = a[coordinates() - 1];
    last = multiply_add(control_strength_, u[0], last);
  }
  void respond(const Pack* w, Pack* u_bar) const {
    u_bar[0] = multiply_add(control_strength_, w[coordinates() - 1], u_bar[0]);
  }

 private:
  Index count_;
  double coupling_, control_strength_;
};

template <Index masses>
std::shared_ptr<const Simulator> make_simulator(const Settings& settings) {
  const CubicSprings<masses> springs(settings.integer("oscillators"), settings.real("coupling"),
                                     settings.real("control_strength"));
  const TimeGrid grid{settings.real("dt"), settings.integer("steps"), 1};
  return std::make_shared<MechanicalFlow<CubicSprings<masses>>>(springs, grid);
}

Problem build(const Settings& settings) {
  const Index masses = settings.integer("oscillators");
  Problem problem;
  problem.simulator = masses == 2 ? make_simulator<2>(settings) : make_simulator<Eigen::Dynamic>(settings);
  problem.inverse = control_inverse(problem.simulator);
  problem.input = {2 * masses};
  problem.context = 2 * masses;
  problem.sample = [masses](Rng& rng, Index count) {
    const Matrix start = rng.uniform_matrix(2 * masses, count, 0.0, 1.0);
    return Batch{start, start, start, Matrix(0, count)};
  };
  return problem;
}

}  // namespace

ProblemDefinition nonlinear_oscillators() {
  ProblemDefinition definition;
  definition.summary = "drive masses on cubic springs at one end so that every mass returns to its start state";
  definition.citation = "Schnell, Holl, Thuerey, Half-Inverse Gradients, ICLR 2022 (arXiv 2203.10131)";
  definition.settings = {
      integer_setting("oscillators", 2, 1, kMostMasses, "number of masses n"),
      integer_setting("steps", 96, 1, 10000, "time steps, one control each"),
      real_setting("dt", 0.125, 1e-6, 2.0, "length of a time step"),
      real_setting("coupling", 1.0, 0.0, 100.0, "factor of the cubic force between every two masses"),
      real_setting("control_strength", 3.0, -1e6, 1e6, "force on the last mass per unit of control"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
