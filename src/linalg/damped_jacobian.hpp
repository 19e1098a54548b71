#pragma once
// The augmented Jacobian [J, sqrt(lambda) I], by which damping is a partial inverse without a cut: with the thin
// singular value decomposition of J = U S V^T, rows beyond its rank included,
//   J^T (J J^T + lambda I)^{-(1 + kappa) / 2} g,   s -> s / (s^2 + lambda)^{(1 + kappa) / 2},
// is the first part of [J, sqrt(lambda) I]^{-kappa} g, because the Gram matrix of the rows is J J^T + lambda I. kappa =
// 1 is Levenberg's step (1944), Tikhonov's filter.
#include "physgrad/linalg/jacobian_operator.hpp"
#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad {

/// [J, sqrt(lambda) I], [rows x (cols + rows)]. J must outlive it.
class DampedJacobian final : public JacobianOperator {
 public:
  /// Throws std::invalid_argument for a lambda that is not positive and finite.
  DampedJacobian(JacobianOperator& jacobian, double lambda);

  [[nodiscard]] Index rows() const override { return jacobian_.rows(); }
  [[nodiscard]] Index cols() const override { return jacobian_.cols() + jacobian_.rows(); }
  const Matrix& dense() override;
  Matrix gram() override { return padded_gram(1); }
  Matrix padded_gram(Index multiple) override;
  void gram_lower(BlockLower& out) override;
  void prepare() override { jacobian_.prepare(); }
  void forget() override { jacobian_.forget(); }
  Vector times(const Vector& v) override;
  Vector transpose_times(const Vector& w) override;
  Matrix times_many(const Matrix& v) override;
  Matrix transpose_times_many(const Matrix& w) override;
  [[nodiscard]] bool has_structured_gram() const override { return jacobian_.has_structured_gram(); }
  void use_threads(int threads) override;

 private:
  JacobianOperator& jacobian_;
  double root_;
  Matrix dense_;  // once it was asked for
};

/// J^T (J J^T + lambda I)^{-(1 + kappa) / 2} g [cols], g [rows], by the kernel that the options ask for; options.tau is
/// not asked. `trace`, that of J J^T, bounds the condition that the kernel is chosen by. singular_max and
/// singular_min_kept are J's, kept_rank is its smaller side, singular_values are empty. Throws as partial_inverse() and
/// DampedJacobian do.
[[nodiscard]] PartialInverseResult damped_partial_inverse(JacobianOperator& jacobian, const Vector& g, double lambda,
                                                          double trace, const PartialInverseOptions& options);

/// The tau below all singular values of [J, sqrt(lambda) I], relative to its largest.
[[nodiscard]] double damped_tau(double lambda, double trace);

}  // namespace physgrad
