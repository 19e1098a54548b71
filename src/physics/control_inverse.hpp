#pragma once
// A local inverse for any simulator: damped Gauss-Newton on the control, sample by sample (Levenberg 1944).
//
// Per sample, with residual r = y_target - P(x) and J = dP/dx: x <- x + J^T (J J^T + lambda s I)^{-1} r, s = the
// largest eigenvalue of J J^T. Without damping this is the smallest dx that solves the linearised equation; repeated,
// it stays near x_near. A step is accepted where it reduces |r|; otherwise lambda grows and the step is tried again.
#include <memory>

#include "physgrad/core/simulator.hpp"
#include "physgrad/core/types.hpp"

namespace physgrad {

struct ControlInverseSettings {
  int iterations = 20;        ///< linearisations at most
  int trials = 10;            ///< step lengths tried per linearisation
  double tolerance = 1e-11;   ///< stop where |y_target - P(x)| <= tolerance * max(1, |y_target|)
  double truncation = 1e-10;  ///< eigenvalues of J J^T below truncation^2 * largest are not inverted
};

/// The inverse of `simulator` by damped Gauss-Newton. Non-finite input columns come back as they went in; unreachable
/// targets give the x with the smallest residual found.
[[nodiscard]] std::shared_ptr<const InverseSimulator> control_inverse(std::shared_ptr<const Simulator> simulator,
                                                                      ControlInverseSettings settings = {});

}  // namespace physgrad
