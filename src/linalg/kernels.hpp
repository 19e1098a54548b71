#pragma once
// Internal to linalg: the kernels behind partial_inverse(). Every kernel receives validated arguments with a non-empty
// Jacobian and a finite g, fills every field it can and leaves handing over to partial_inverse.cpp.
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "physgrad/linalg/partial_inverse.hpp"

namespace physgrad::kernels {

using Kernel = PartialInverseResult (*)(JacobianOperator&, const Vector&, const PartialInverseOptions&);

PartialInverseResult svd(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
PartialInverseResult qr_svd(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
/// In single precision, the published practice (svd_single.cpp).
PartialInverseResult svd_single(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
PartialInverseResult qr_svd_single(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
PartialInverseResult gram(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
PartialInverseResult structured(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
PartialInverseResult two_level(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);
PartialInverseResult krylov(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options);

struct KernelEntry {
  const char* name;
  Kernel run;
  Kernel run_single;      ///< in single precision; null where squaring J would lose everything
  const char* successor;  ///< who takes over when the asked accuracy is missed; null where nothing is more accurate
  const char* safer;      ///< who takes over when there is no answer, or one that fails its check
};

/// All kernels, in the order of their documentation.
[[nodiscard]] std::span<const KernelEntry> kernel_table();

struct Choice {
  const char* kernel;
  std::string reason;
};
/// The fastest kernel that is expected to reach options.accuracy within options.memory_limit_bytes.
[[nodiscard]] Choice choose_kernel(Index rows, Index cols, bool structured, const PartialInverseOptions& options);

/// Numbers that krylov holds with subspaces of `dimension`: two bases in panels, the small problem and its
/// decomposition.
[[nodiscard]] double krylov_doubles(Index rows, Index cols, double dimension);
/// The largest dimension that fits into `bytes`, and at least kKrylovLeast.
[[nodiscard]] Index krylov_dimension(Index rows, Index cols, double bytes);
constexpr Index kKrylovLeast = 8;

/// The answer for a Jacobian with non-finite entries: a NaN direction and a NaN error estimate.
[[nodiscard]] PartialInverseResult not_a_number(Index cols);

/// Says in result.failure what is wrong with an answer, if anything is, and then makes its estimate infinite. A
/// non-finite direction of a non-finite J is none of its faults.
void check_answer(JacobianOperator& jacobian, const Vector& g, PartialInverseResult& result);

/// (J^T g) . J^{-kappa} g by singular values and the coefficients of g along their left vectors.
[[nodiscard]] double slope_of(const Vector& values, const Vector& coefficients, Index kept, double kappa);

/// The Gram form on the smaller side: `matrix` is J J^T for rows <= cols, else J^T J; the answer is finish(f(matrix)
/// rhs) with f(lambda) = lambda^{-(1 + kappa) / 2}.
struct GramProblem {
  Matrix matrix;  ///< its order rounded up to the multiple that was asked for; zeros where it is padded
  Vector rhs;     ///< g where rows <= cols, else J^T g
  bool wide;      ///< rows <= cols
};
[[nodiscard]] GramProblem gram_problem(JacobianOperator& jacobian, const Vector& g, Index multiple = 1);
/// True where squaring the entries of J neither overflowed nor underflowed as a whole, so that the matrix can be used.
[[nodiscard]] bool usable(const GramProblem& problem);
/// True where J itself is not finite, as opposed to squares that overflow; asked without forming J.
[[nodiscard]] bool non_finite(JacobianOperator& jacobian, const GramProblem& problem, const Vector& g);
[[nodiscard]] Vector finish(JacobianOperator& jacobian, const GramProblem& problem, Vector w);

}  // namespace physgrad::kernels
