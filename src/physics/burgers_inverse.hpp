#pragma once
// Inverses of the periodic viscous Burgers equation u_t + u u_x = nu u_xx on equally spaced points: the state at
// `duration` -> the state at 0. Diffusion takes mode k from y by exp(-a_k), a_k = nu q_k^2 duration, q_k = 2 pi k /
// length, so that an inverse multiplies an error of mode k by exp(a_k): each of them says where it stops.
#include <memory>

#include "physgrad/core/simulator.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

/// The equation and its grid. Dimensionless, like the simulator's.
struct BurgersSetting {
  Index points = 0;
  double length = 0, nu = 0, duration = 0;
  Index steps = 0;  ///< of the time integration, forward and backward

  /// q_k, k = 0 .. points / 2.
  [[nodiscard]] Vector wave_numbers() const;
};

/// Cole-Hopf (Cole 1951, Hopf 1950): with the mean m removed and the frame moving with it, phi = exp(-int(u - m) / 2
/// nu), divided by its mean, solves phi_t = nu phi_xx. d = phi(y_target) - phi(P(x_near)) goes back in time by e^-a /
/// (e^-2a + delta^2) (Tikhonov), giving d_0; then x = x_near + (change of the mean) - 2 nu d/dx log(1 + d_0 /
/// phi(x_near)), so that d = 0 gives x = x_near. Columns where 1 + d_0 / phi(x_near) <= 0 are NaN. One simulation.
[[nodiscard]] std::shared_ptr<const InverseSimulator> cole_hopf_inverse(std::shared_ptr<const Simulator> simulator,
                                                                        const BurgersSetting& burgers, double delta);

struct BackwardMarchSettings {
  double cutoff = 0;      ///< exp(-a) of the wave number q_c beyond which modes shrink backward in time
  Index order = 0;        ///< p of the regularising term; 2 is Lattes' and Lions'
  Index corrections = 0;  ///< defect corrections after the first march
};

/// Marching backward with quasi-reversibility (Lattes, Lions 1967): w(0) = y, and for tau from 0 to `duration`
///   w_tau = (w^2 / 2)_x + G w,  G = nu q^2 (1 - (q / q_c)^(2p-2)) mode by mode,  nu q_c^2 duration = -log(cutoff):
/// for p = 2 the equation with time reversed and -nu / q_c^2 w_xxxx added; the larger p, the sharper the cut at q_c.
/// M(y) = w(duration), by `steps` integrating-factor Runge-Kutta steps (Lawson 1967), G exactly; order 4 where G dt is
/// small. No mode of the linear equation grows by more than exp(nu q_c^2 duration (1 - 1/p) p^(-1/(p-1))) <= 1 /
/// cutoff; mode q comes back times exp(-nu q^2 duration (q / q_c)^(2p-2)), which is the regularisation's error. So an
/// error e of y becomes e / cutoff at most, and `cutoff` belongs where e / cutoff is as large as what the modes beyond
/// q_c have in x. Then, `corrections` times,
///   x <- x + M(y) - M(P(x))   (defect correction, Stetter 1978),
/// from x = M(y); of all x the one with the smallest |P(x) - y| is taken. It does not depend on x_near. Counted: a
/// simulation for every run and for every march, which costs as much. Columns that overflow are NaN.
[[nodiscard]] std::shared_ptr<const InverseSimulator> backward_march_inverse(std::shared_ptr<const Simulator> simulator,
                                                                             const BurgersSetting& burgers,
                                                                             BackwardMarchSettings settings);

/// `inner` from the time-reversed state instead of x_near: without diffusion v(x, t) = -u(x, duration - t) solves the
/// same equation, so that -P(-y) takes advection back, and diffuses once more. One simulation beside those of `inner`.
[[nodiscard]] std::shared_ptr<const InverseSimulator> time_reversed_inverse(
    std::shared_ptr<const Simulator> simulator, std::shared_ptr<const InverseSimulator> inner);

}  // namespace physgrad
