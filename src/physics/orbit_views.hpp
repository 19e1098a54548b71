#pragma once
// What orbits in the plane under thrust have to show. Apart from the problem because what is compiled beside a flow
// decides which of its multiplications and additions the compiler joins, and with that the last digit of trajectories.
#include <memory>
#include <vector>

#include "physgrad/core/view.hpp"

namespace physgrad {

struct ThrustTimes {
  double dt;   ///< of a time step
  Index held;  ///< steps for which a thrust is held
};

/// The orbit in the plane, with what it starts from and is to end on, and the thrust's magnitude over time. States are
/// (r_x, r_y, v_x, v_y), controls (u_x, u_y) of one part after the other; `step` is the simulator of one time step, and
/// mu the centre's gravitational parameter.
[[nodiscard]] std::vector<View> orbit_views(std::shared_ptr<const Simulator> step, double mu, const ThrustTimes& times);

}  // namespace physgrad
