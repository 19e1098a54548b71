#pragma once
// Where to begin when an orbit in the plane is to be brought to a given end state by thrust along the way.
//
// With thrust along the path the end is no boundary-value problem of Lambert's: he has no thrust, and his arc meets
// both places with velocities of its own. It is solved by two impulses, dv_1 = v_1(Lambert) - v_start before the arc
// and dv_2 = v_target - v_2(Lambert) after it. As thrust, w: dv_1 over the first and dv_2 over the last of the equal
// parts of the flight, as accelerations. Start = J^+ J w, J = the derivative of the end state by the thrust along the
// Lambert arc: of all thrusts that lead to the same end to first order, the smallest. Its error is dv over the number
// of parts, as impulses take no time, and of second order in dv; repeated smallest Gauss-Newton steps from there
// (physics/control_inverse.hpp) stay by the smallest thrust, on the branch that the arc's sense of revolution has
// chosen, which is the start state's.
// Source: this project's; the arc: physics/lambert.hpp; impulses as the limit of thrust: Battin (1999), chapter 11.
#include <memory>

#include "physgrad/core/simulator.hpp"

namespace physgrad {

/// A flight with constant thrust on each of `segments` equal parts of [0, duration] about a centre at 0.
struct ThrustFlight {
  double mu, duration;
  Index segments;
};

/// `inverse`, begun at the start above instead of at x_near, which is left to samples without a Lambert arc. Control
/// (u_x, u_y) of one part after the other [2 segments x B], states (r_x, r_y, v_x, v_y), context = start state. Counts
/// a linearisation, its adjoints and a decomposition a sample; the arc itself is some scalar arithmetic.
[[nodiscard]] std::shared_ptr<const InverseSimulator> lambert_started(std::shared_ptr<const Simulator> simulator,
                                                                      std::shared_ptr<const InverseSimulator> inverse,
                                                                      const ThrustFlight& flight);

}  // namespace physgrad
