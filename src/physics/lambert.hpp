#pragma once
// Lambert's problem in the plane: which orbit about a centre leads from one place to another in a given time?
//
// Source: Izzo, Revisiting Lambert's problem, Celestial Mechanics and Dynamical Astronomy 121 (2015), with Lancaster &
// Blanchard's variable x (1969) and Battin's series about the parabola (1999). In the plane the sense of revolution
// settles the branch, so that half a revolution, where three dimensions leave the plane of the orbit open, is an arc
// like any other.
#include <Eigen/Core>

namespace physgrad {

struct LambertVelocities {
  Eigen::Vector2d departure, arrival;
};

/// Velocities at the ends of the arc of less than one revolution that goes from `from` to `to` in the time `time` > 0
/// about a centre at 0 with gravitational parameter `mu` > 0, anticlockwise or clockwise. A continuous function of its
/// arguments but where both places lie in one direction, where no revolution and a whole one meet. Ellipses, parabola
/// and hyperbolas. Not finite where there is no such arc: equal places, one at the centre, or numbers that are not
/// finite.
[[nodiscard]] LambertVelocities lambert(const Eigen::Vector2d& from, const Eigen::Vector2d& to, double time, double mu,
                                        bool anticlockwise);

}  // namespace physgrad
