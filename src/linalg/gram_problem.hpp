#pragma once
// Internal to linalg: the Gram matrix of the smaller side, and what its squares cost.
#include <utility>

#include "physgrad/linalg/block_lower.hpp"
#include "physgrad/linalg/jacobian_operator.hpp"

namespace physgrad::kernels {

/// The Gram form on the smaller side: `matrix` is J J^T for rows <= cols, else J^T J; the answer is finish(f(matrix)
/// rhs) with f(lambda) = lambda^{-(1 + kappa) / 2}.
struct GramProblem {
  Matrix matrix;  ///< its order rounded up to the multiple that was asked for; zeros where it is padded
  Vector rhs;     ///< g where rows <= cols, else J^T g
  bool wide;      ///< rows <= cols
};
[[nodiscard]] GramProblem gram_problem(JacobianOperator& jacobian, const Vector& g, const Backend& backend,
                                       Index multiple = 1);
/// Half of its matrix, in block columns of this width, and its rhs; where rows <= cols the whole matrix is never there.
[[nodiscard]] std::pair<BlockLower, Vector> half_gram_problem(JacobianOperator& jacobian, const Vector& g,
                                                              const Backend& backend, Index width);
/// True where squaring the entries of J neither overflowed nor underflowed as a whole, so that the matrix can be used.
[[nodiscard]] bool usable(const GramProblem& problem);
/// True where J itself is not finite, as opposed to squares that overflow; asked without forming J.
[[nodiscard]] bool non_finite(JacobianOperator& jacobian, const GramProblem& problem, const Vector& g);
[[nodiscard]] Vector finish(JacobianOperator& jacobian, const GramProblem& problem, Vector w);

/// The relative error that the Gram form is expected to have at the truncation `tau`.
[[nodiscard]] double gram_form_error(double tau);

}  // namespace physgrad::kernels
