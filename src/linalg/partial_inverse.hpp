#pragma once
// The partial inverse J^{-kappa} g = V S^{-kappa} U^T g of J = U S V^T, with singular values s <= tau * s_max dropped
// (Schnell, Holl, Thuerey 2022: kappa = 1/2 is the half-inverse, kappa = 1 the truncated pseudo-inverse, kappa = 0 the
// polar factor, kappa = -1 the adjoint J^T g).
#include <limits>
#include <string>
#include <vector>

#include "physgrad/core/types.hpp"

namespace physgrad {

class BlockLower;
/// A matrix to be written, or a block of one.
using MatrixBlock = Eigen::Ref<Matrix, 0, Eigen::OuterStride<>>;

/// A Jacobian [rows x cols] as a kernel sees it. A kernel asks only for what it needs: whoever owns the derivatives
/// decides how (and whether) the matrix is formed.
class JacobianOperator {
 public:
  virtual ~JacobianOperator() = default;
  [[nodiscard]] virtual Index rows() const = 0;
  [[nodiscard]] virtual Index cols() const = 0;
  /// The matrix itself, formed on first use.
  virtual const Matrix& dense() = 0;
  /// K = J J^T [rows x rows], both triangles filled, if possible without forming J.
  virtual Matrix gram() = 0;
  /// The same as the leading rows and columns of a matrix whose order is the next multiple of `multiple`, zero beyond
  /// them; by default through gram(), in twice the memory.
  virtual Matrix padded_gram(Index multiple);
  /// The lower triangle of K into `out`, whose order is rows(); by default through gram(), in twice the memory.
  virtual void gram_lower(BlockLower& out);
  /// J v, v [cols].
  virtual Vector times(const Vector& v) = 0;
  /// J^T w, w [rows].
  virtual Vector transpose_times(const Vector& w) = 0;
  /// J V [rows x k], V [cols x k]; one product at a time unless overridden.
  virtual Matrix times_many(const Matrix& v);
  /// J^T W [cols x k], W [rows x k]; one product at a time unless overridden.
  virtual Matrix transpose_times_many(const Matrix& w);
  /// True where gram() is cheaper than forming J (structured, from activations and sensitivities).
  [[nodiscard]] virtual bool has_structured_gram() const { return false; }
};

/// A square matrix for padded_gram(): zero beyond its leading `order` rows and columns, whose entries are not set.
[[nodiscard]] Matrix padded_square(Index order, Index multiple);

/// An explicit matrix as an operator; the matrix must outlive it.
class DenseJacobian final : public JacobianOperator {
 public:
  explicit DenseJacobian(const Matrix& matrix) : matrix_(matrix) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { return matrix_; }
  Matrix gram() override;
  Matrix padded_gram(Index multiple) override;
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }
  Matrix times_many(const Matrix& v) override;
  Matrix transpose_times_many(const Matrix& w) override;

 private:
  const Matrix& matrix_;
};

struct PartialInverseOptions {
  double kappa = 0.5;           ///< exponent, in [-1, 1]
  double tau = 1e-6;            ///< relative truncation, in [0, 1)
  double accuracy = 1e-6;       ///< asked relative accuracy of the result; `auto` chooses a kernel that reaches it
  std::string kernel = "auto";  ///< "auto" or one of partial_inverse_kernels()
  /// double; single: the published practice, J, g, decomposition and result in single precision, the threshold without
  /// the floor of round-off (kernels svd and qr-svd only); mixed: J rounded to single precision, all else in double.
  std::string precision = "double";
  /// What `auto` may hold at once, by partial_inverse_bytes().
  double memory_limit_bytes = std::numeric_limits<double>::infinity();
};

struct PartialInverseResult {
  Vector direction;              ///< J^{-kappa} g, [cols]
  Vector singular_values;        ///< descending, min(rows, cols) of them where the kernel computes them, else empty
  Index kept_rank = 0;           ///< singular values above tau * s_max; krylov: distinct ones that g has parts along
  double singular_max = 0;       ///< s_max
  double singular_min_kept = 0;  ///< the smallest kept singular value
  double error_estimate = 0;     ///< estimated relative error of `direction`; mixed: against the rounded J
  double error_floor = 0;        ///< two-level: the part of error_estimate that any kernel in double precision has
  /// (J^T g) . direction as the decomposition has it, the sum of s^{1 - kappa} c^2 over what is kept, for the check
  /// that costs one product; NaN where the kernel has checked its decomposition itself.
  double slope = std::numeric_limits<double>::quiet_NaN();
  bool handed_over = false;  ///< the kernel that was chosen, or asked for, gave up and another one answered
  std::string failure;       ///< J and g are finite, but no kernel's answer is, or passes its check: what was seen
  Index decompositions = 0;  ///< of J or its Gram matrix; two where another kernel took over
  double flops = 0;          ///< operations of the decompositions, estimated; what the operator does not included
  Index iterations = 0;      ///< krylov: dimension of the subspace; 0 for direct kernels
  std::string kernel;        ///< the kernel that ran
  std::string reason;        ///< why `auto` chose it, and why another took over, or empty
};

/// Names of the kernels besides "auto", in the order they are documented.
[[nodiscard]] std::vector<std::string> partial_inverse_kernels();

/// Computes J^{-kappa} g, g [rows]. Throws std::invalid_argument for an unknown kernel, kappa outside [-1, 1], tau
/// outside [0, 1), a g of the wrong length (expected and actual in the text), an unknown precision or one the kernel
/// does not work in. A non-finite J or g gives a non-finite direction, never an exception or a hang. J = 0 gives a zero
/// direction and kept_rank 0. In single precision no other kernel takes over: the estimate says what was missed.
///
/// Every answer is checked: the singular value decompositions by products of J and of their factors with random vectors
/// (thin_svd.hpp), the others by one product, (J^T g) . direction against what the decomposition says it is. Where a
/// check fails, or an answer is not finite although J and g are, a safer kernel takes over, whatever accuracy was
/// asked. An error estimate of infinity says that nobody could tell; where nobody had a finite answer, `failure` says
/// so.
[[nodiscard]] PartialInverseResult partial_inverse(JacobianOperator& jacobian, const Vector& g,
                                                   const PartialInverseOptions& options);

/// The kernel that options.kernel names, or that `auto` tries first for a Jacobian [rows x cols]. `structured`: its
/// Gram matrix needs no J.
[[nodiscard]] std::string expected_kernel(const PartialInverseOptions& options, Index rows, Index cols,
                                          bool structured);

/// The least that krylov works in, however small the limit.
[[nodiscard]] double least_krylov_bytes(Index rows, Index cols);

/// Predicted bytes that `kernel` holds at once for a Jacobian [rows x cols]: J where it is formed, Gram matrix, working
/// copies and the decomposition. `structured`: the Gram matrix needs no J. Throws std::invalid_argument for an unknown
/// kernel; "auto" counts as the least demanding one, which auto falls back to under a memory limit. With svd, qr-svd,
/// gram and structured measurements agree within 10 % (tests/driver/memory_test.cpp); what two-level and krylov need
/// depends on the spectrum.
[[nodiscard]] double partial_inverse_bytes(const std::string& kernel, Index rows, Index cols, bool structured);

/// True where `kernel` takes a wide Jacobian's Gram matrix by gram_lower().
[[nodiscard]] bool uses_half_storage(const std::string& kernel, Index rows, Index cols);

/// Operations of `kernel` beyond those of the operator, to leading order. `iterations`: the dimension that krylov took.
/// Throws std::invalid_argument for an unknown kernel.
[[nodiscard]] double partial_inverse_flops(const std::string& kernel, Index rows, Index cols, bool structured,
                                           Index iterations);

/// J^{-kappa} g for one small dense matrix (a sample's physics Jacobian, [dy x dx]), by its singular value
/// decomposition.
[[nodiscard]] Vector small_partial_inverse(const Matrix& jacobian, const Vector& g, double kappa, double tau);

}  // namespace physgrad
