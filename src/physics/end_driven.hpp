#pragma once
// Masses in a row, each its own coordinate, the last one pushed by control_strength u(t), to be brought back to where
// they started: what such problems share beside their forces.
#include <memory>

#include "physgrad/core/problem.hpp"
#include "physgrad/physics/mechanical_flow.hpp"

namespace physgrad {

inline constexpr Index kMostMasses = 64;

/// Base of a Motion (physics/mechanical_flow.hpp) that adds acceleration() and gradient(). `masses` is known to the
/// compiler, else Eigen::Dynamic.
template <Index masses>
class EndDriven {
 public:
  static constexpr Index kMaxCoordinates = masses == Eigen::Dynamic ? kMostMasses : masses;
  static constexpr Index kControls = 1;

  EndDriven(Index count, double control_strength) : count_(count), control_strength_(control_strength) {}

  [[nodiscard]] Index coordinates() const { return masses == Eigen::Dynamic ? count_ : masses; }

  void drive(const Pack* u, Pack* a) const {
    Pack& last = a[coordinates() - 1];
    last = multiply_add(control_strength_, u[0], last);
  }
  void respond(const Pack* w, Pack* u_bar) const {
    u_bar[0] = multiply_add(control_strength_, w[coordinates() - 1], u_bar[0]);
  }

 private:
  Index count_;
  double control_strength_;
};

/// The settings that end_driven_problem() reads: oscillators (two by default), steps, dt, coupling (up to
/// `most_coupling`; `coupling_text` says what it is) and control_strength.
struct EndDrivenDefaults {
  double steps, dt, coupling, control_strength;
  double most_coupling;
  const char* coupling_text;
};
[[nodiscard]] std::vector<SettingSpec> end_driven_settings(const EndDrivenDefaults& defaults);

/// Simulator, sizes, data and views, without an inverse. Start states are uniform in [0, 1]^(2n) and their own targets.
/// `step` is the simulator of one time step of length dt.
[[nodiscard]] Problem return_to_start(std::shared_ptr<const Simulator> simulator, std::shared_ptr<const Simulator> step,
                                      Index masses, double dt);

/// With Motion<masses>(count, coupling, control_strength); the published two masses are known to the compiler.
template <template <Index> class Motion>
[[nodiscard]] Problem end_driven_problem(const Settings& settings) {
  const Index masses = settings.integer("oscillators");
  const double dt = settings.real("dt");
  const auto flow = [&]<Index known>(Index steps) -> std::shared_ptr<const Simulator> {
    const Motion<known> motion(masses, settings.real("coupling"), settings.real("control_strength"));
    return std::make_shared<MechanicalFlow<Motion<known>>>(motion, TimeGrid{dt, steps, 1});
  };
  const auto of_steps = [&](Index steps) {
    return masses == 2 ? flow.template operator()<2>(steps) : flow.template operator()<Eigen::Dynamic>(steps);
  };
  return return_to_start(of_steps(settings.integer("steps")), of_steps(1), masses, dt);
}

}  // namespace physgrad
