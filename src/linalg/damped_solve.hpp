#pragma once
// The damped least-squares step of Levenberg-Marquardt (Levenberg 1944, Marquardt 1963) and of SPRING (Goldshlager,
// Abrahamsen & Lin 2024) on the smaller side:
//   rows <= cols:  d = J^T w,  (J J^T + lambda I) w = g
//   else:          (J^T J + lambda I) d = J^T g,  w = (g - J d) / lambda
#include "physgrad/linalg/jacobian_operator.hpp"

namespace physgrad {

struct DampedSolution {
  Vector direction;       ///< d = J^T (J J^T + lambda I)^{-1} g, [cols]; NaN where the factorisation failed
  Vector weights;         ///< w = (J J^T + lambda I)^{-1} g, [rows]; NaN likewise
  double error_estimate;  ///< estimated relative error of `direction`; NaN where the factorisation failed
  bool succeeded;         ///< false where the damped matrix was not numerically positive definite or not finite
};

/// Solves by Cholesky factorisation of the operator's Gram matrix plus lambda, without J where the operator can.
/// g [rows]. Throws std::invalid_argument for a g of the wrong length or a lambda that is negative or not finite.
/// lambda = 0 is the plain normal equations: it reports failure where J has no full rank.
[[nodiscard]] DampedSolution damped_solve(JacobianOperator& jacobian, const Vector& g, double lambda,
                                          const Backend& backend = default_backend());

}  // namespace physgrad
