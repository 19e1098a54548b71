#pragma once
// The Schroedinger equation in a box with a dipole control, i psi_t = (-d_xx + u(t) x) psi on [0, 2], psi = 0 at both
// ends.
//
// `points` interior points x_j = j dx, dx = 2 / (points + 1), three-point Laplacian; Crank-Nicolson (Crank & Nicolson
// 1947), u_n constant over step n. With the real symmetric H_n = -d_xx + u_n x and A = (dt / 2) H_n one step is
//   psi <- (1 + iA)^-1 (1 - iA) psi = 2 z - psi,   (1 + iA) z = psi.
// It is unitary, so the sum of |psi_j|^2 is conserved, and of order two in dt and dx.
#include <memory>

#include "physgrad/core/simulator.hpp"

namespace physgrad {

struct DipoleGrid {
  Index points;  ///< interior points
  Index steps;   ///< time steps, one control each
  double dt;
};

/// Control = u_1 .. u_steps [steps x B], context = start state [2 points x B], y = final state; states are real and
/// imaginary part alternating. Throws std::invalid_argument on wrong shapes.
[[nodiscard]] std::shared_ptr<const Simulator> dipole_flow(const DipoleGrid& grid);

}  // namespace physgrad
