#pragma once
// A randomised Nystrom approximation of a Gram matrix, by products only, and powers of what it damps (Tropp, Yurtsever,
// Udell, Cevher 2017, algorithm 3; Frangella, Tropp, Udell, SIAM J. Matrix Anal. Appl. 2023, for the preconditioner).
#include <cstdint>

#include "physgrad/linalg/jacobian_operator.hpp"

namespace physgrad {

/// K = J J^T [m x m] ~ U diag(values) U^T, U [m x l] orthonormal, values descending and not negative.
class NystromApproximation {
 public:
  /// From K Omega, Omega [m x l] Gaussian with the stream "nystrom" of `draw`; l = min(sketch, m). Takes l products
  /// with J and J^T.
  NystromApproximation(JacobianOperator& jacobian, Index sketch, std::uint64_t draw,
                       const Backend& backend = default_backend());

  /// False where K is not finite, has no factor in double precision or no eigenvalues that converge.
  [[nodiscard]] bool valid() const { return valid_; }
  [[nodiscard]] const Vector& values() const { return values_; }
  /// (U diag(values) U^T + outside (1 - U U^T) + damping I)^-exponent v; damping > 0. `outside` stands for the
  /// eigenvalues that the sketch does not hold: 0, or least(), which is about the largest they can be.
  [[nodiscard]] Vector damped_power(double damping, double exponent, double outside, const Vector& v) const;
  /// The least of values, 0 where there are none.
  [[nodiscard]] double least() const { return values_.size() > 0 ? values_[values_.size() - 1] : 0.0; }
  /// P^-1 v for conjugate gradients on K + damping I: the damped spectrum of U over its least, 1 on the rest.
  [[nodiscard]] Vector precondition(double damping, const Vector& v) const;

  /// Bytes that it holds at most at once, blocks of vectors in products included.
  [[nodiscard]] static double bytes(double rows, double cols, double sketch);

 private:
  Matrix u_;
  Vector values_;
  bool valid_ = true;
};

/// `steps` of conjugate gradients on (J J^T + damping I) w = v, preconditioned, from w = 0: fewer where the residual is
/// below 1e-14 of v. Two products a step.
[[nodiscard]] Vector preconditioned_solve(JacobianOperator& jacobian, const NystromApproximation& preconditioner,
                                          double damping, const Vector& v, long steps);

}  // namespace physgrad
