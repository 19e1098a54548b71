#include "physgrad/physics/end_driven.hpp"

#include <utility>

namespace physgrad {

std::vector<SettingSpec> end_driven_settings(const EndDrivenDefaults& defaults) {
  return {
      integer_setting("oscillators", 2, 1, kMostMasses, "number of masses n"),
      integer_setting("steps", defaults.steps, 1, 10000, "time steps, one control each"),
      real_setting("dt", defaults.dt, 1e-6, 2.0, "length of a time step"),
      real_setting("coupling", defaults.coupling, 0.0, defaults.most_coupling, defaults.coupling_text),
      real_setting("control_strength", defaults.control_strength, -1e6, 1e6,
                   "force on the last mass per unit of control"),
  };
}

Problem return_to_start(std::shared_ptr<const Simulator> simulator, Index masses) {
  Problem problem;
  problem.simulator = std::move(simulator);
  problem.input = {2 * masses};
  problem.context = 2 * masses;
  problem.sample = [masses](Rng& rng, Index count) {
    const Matrix start = rng.uniform_matrix(2 * masses, count, 0.0, 1.0);
    return Batch{start, start, start, Matrix(0, count)};
  };
  return problem;
}

}  // namespace physgrad
