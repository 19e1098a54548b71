#include <utility>

#include "physgrad/linalg/kernels.hpp"
#include "physgrad/linalg/lapack.hpp"

namespace physgrad {

namespace kernels {

GramProblem gram_problem(JacobianOperator& jacobian, const Vector& g, Index multiple) {
  if (jacobian.rows() <= jacobian.cols()) return {jacobian.padded_gram(multiple), g, true};
  const Matrix& j = jacobian.dense();
  Matrix matrix = padded_square(j.cols(), multiple);
  MatrixBlock block = matrix.topLeftCorner(j.cols(), j.cols());
  if (!lapack::gram(j, true, block)) block.noalias() = j.transpose() * j;
  return {std::move(matrix), jacobian.transpose_times(g), false};
}

bool usable(const GramProblem& problem) {
  const double trace = problem.matrix.trace();
  return problem.matrix.allFinite() && problem.rhs.allFinite() && trace > 1e-250 && trace < 1e250;
}

bool non_finite(JacobianOperator& jacobian, const GramProblem& problem, const Vector& g) {
  return !problem.matrix.allFinite() && !jacobian.transpose_times(g).allFinite();
}

Vector finish(JacobianOperator& jacobian, const GramProblem& problem, Vector w) {
  return problem.wide ? jacobian.transpose_times(w) : std::move(w);
}

}  // namespace kernels
}  // namespace physgrad
