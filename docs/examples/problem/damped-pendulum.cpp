// A damped pendulum under a torque: phi'' = -sin(phi) - damping phi' + u(t), dimensionless (length and gravity 1).
//
// State (phi, omega), one torque per time step, semi-implicit Euler: omega first, then phi with the new omega. The
// network sees start and target state and plans the torques. L = (1/B) sum |y - y*|^2 of the state after the last step.
#include <cmath>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/autodiff_simulator.hpp"
#include "physgrad/physics/control_inverse.hpp"

namespace physgrad::problems {
namespace {

struct Pendulum {
  static constexpr Index state_size = 2, control_size = 1;
  Index steps;
  double dt, damping;

  template <class T>
  ColumnOf<T> step(const ColumnOf<T>& s, const ColumnOf<T>& u, Index /*n*/) const {
    using std::sin;
    ColumnOf<T> next(2);
    next(1) = s(1) + dt * (u(0) - sin(s(0)) - damping * s(1));
    next(0) = s(0) + dt * next(1);
    return next;
  }
};

Problem build(const Settings& settings) {
  const Pendulum pendulum{settings.integer("steps"), settings.real("dt"), settings.real("damping")};
  Problem problem;
  problem.simulator = std::make_shared<AutodiffSimulator<Pendulum>>(pendulum);
  problem.inverse = control_inverse(problem.simulator);  // without one, methods that need an inverse are skipped
  // The network sees start and target state, the simulator the start state.
  problem.input = {4};
  problem.context = 2;
  problem.sample = [](Rng& rng, Index count) {
    const Matrix start = rng.uniform_matrix(2, count, -1, 1);
    const Matrix target = rng.uniform_matrix(2, count, -1, 1);
    Matrix input(4, count);
    input << start, target;
    return Batch{.input = input, .context = start, .target = target, .reference = Matrix(0, count)};
  };
  return problem;
}

}  // namespace

ProblemDefinition damped_pendulum() {
  ProblemDefinition definition;
  definition.summary = "steer a damped pendulum from one state to another by a torque";
  definition.citation = "example of docs/add-a-problem.md";
  definition.settings = {
      integer_setting("steps", 20, 1, 10000, "time steps, one torque each"),
      real_setting("dt", 0.1, 1e-6, 1.0, "length of a time step"),
      real_setting("damping", 0.2, 0.0, 100.0, "friction per unit of angular velocity"),
  };
  definition.build = build;
  return definition;
}

}  // namespace physgrad::problems
