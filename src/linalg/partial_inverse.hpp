#pragma once
// The partial inverse J^{-kappa} g = V S^{-kappa} U^T g of J = U S V^T, with singular values s <= tau * s_max dropped
// (Schnell, Holl, Thuerey 2022: kappa = 1/2 is the half-inverse, kappa = 1 the truncated pseudo-inverse, kappa = 0 the
// polar factor, kappa = -1 the adjoint J^T g).
#include <limits>
#include <string>
#include <vector>

#include "physgrad/linalg/jacobian_operator.hpp"

namespace physgrad {

struct KernelEntry;

struct PartialInverseOptions {
  double kappa = 0.5;           ///< exponent, in [-1, 1]
  double tau = 1e-6;            ///< relative truncation, in [0, 1)
  double accuracy = 1e-6;       ///< asked relative accuracy of the result; `auto` chooses a kernel that reaches it
  std::string kernel = "auto";  ///< "auto" or one of kernel_table.hpp
  /// double; single: the published practice, J, g, decomposition and result in single precision, the threshold without
  /// the floor of round-off (single_precision_kernels() only; `auto` may try a Gram matrix in double before, and rounds
  /// its answer); mixed: J rounded to single precision, all else in double.
  std::string precision = "double";
  /// What `auto` may hold at once, by what the kernels say of themselves (kernel_entry.hpp).
  double memory_limit_bytes = std::numeric_limits<double>::infinity();
  int threads = 1;                   ///< that may compute it; the same bits for the same number
  const Backend* backend = nullptr;  ///< who decomposes and multiplies; null: default_backend()

  [[nodiscard]] const Backend& chosen_backend() const { return backend != nullptr ? *backend : default_backend(); }
};

struct PartialInverseResult {
  Vector direction;  ///< J^{-kappa} g, [cols]
  /// Descending, min(rows, cols) of them where the kernel computes them, else empty. Of gram, and of two-level well
  /// below the cut, those under about 1e-8 s_max are round-off.
  Vector singular_values;
  Index kept_rank = 0;           ///< singular values above tau * s_max; krylov: distinct ones that g has parts along
  double singular_max = 0;       ///< s_max
  double singular_min_kept = 0;  ///< the smallest kept singular value
  double error_estimate = 0;     ///< estimated relative error of `direction`; mixed: against the rounded J
  double error_floor = 0;        ///< two-level: the part of error_estimate that any kernel in double precision has
  /// (J^T g) . direction as the decomposition has it, the sum of s^{1 - kappa} c^2 over what is kept, for the check
  /// that costs one product; NaN where the kernel has checked its decomposition itself.
  double slope = std::numeric_limits<double>::quiet_NaN();
  bool handed_over = false;  ///< the kernel that was chosen, or asked for, gave up and another one answered; what
                             ///< `auto` tries before one that is sure to do gives up nothing
  std::string failure;       ///< J and g are finite, but no kernel's answer is, or passes its check: what was seen
  Index decompositions = 0;  ///< of J or its Gram matrix; two where another kernel took over
  double flops = 0;          ///< operations of the decompositions, estimated; what the operator does not included
  Index iterations = 0;      ///< krylov: dimension of the subspace; 0 for direct kernels
  std::string kernel;        ///< the kernel that ran
  std::string reason;        ///< why `auto` chose it, and why another took over, or empty
};

/// Computes J^{-kappa} g, g [rows]. Throws std::invalid_argument for an unknown kernel, kappa outside [-1, 1], tau
/// outside [0, 1), a g of the wrong length (expected and actual in the text), an unknown precision or one the kernel
/// does not work in. A non-finite J or g gives a non-finite direction, never an exception or a hang. J = 0 gives a zero
/// direction and kept_rank 0. In single precision nobody takes over from a kernel that works in it: the estimate says
/// what was missed.
///
/// Every answer is checked: the singular value decompositions by products of J and of their factors with random vectors
/// (thin_svd.hpp), the others by one product, (J^T g) . direction against what the decomposition says it is. Where a
/// check fails, or an answer is not finite although J and g are, a safer kernel takes over, whatever accuracy was
/// asked. An error estimate of infinity says that nobody could tell; where nobody had a finite answer, `failure` says
/// so.
[[nodiscard]] PartialInverseResult partial_inverse(JacobianOperator& jacobian, const Vector& g,
                                                   const PartialInverseOptions& options);

/// The kernel that options.kernel names, or those that `auto` tries for a Jacobian [rows x cols], the first of which
/// usually answers. `structured`: its Gram matrix needs no J. Throws std::invalid_argument for an unknown kernel.
[[nodiscard]] std::vector<const KernelEntry*> expected_kernels(const PartialInverseOptions& options, Index rows,
                                                               Index cols, bool structured);

}  // namespace physgrad
