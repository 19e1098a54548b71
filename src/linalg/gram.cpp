// Kernel `gram`: eigendecomposition Q Lambda Q^T of the Gram matrix of the smaller side, with lambda = s^2,
//   rows <= cols:  J^{-kappa} g = J^T Q f(Lambda) Q^T g,    f(lambda) = lambda^{-(1 + kappa) / 2}
//   else:          J^{-kappa} g = Q f(Lambda) Q^T J^T g
// (Higham, Functions of Matrices, 2008, chapter 8). Squaring costs half of the digits: singular values below about
// 1e-8 s_max are lost, and the error estimate says so.
#include <Eigen/Eigenvalues>
#include <cmath>
#include <limits>

#include "physgrad/linalg/error_estimate.hpp"
#include "physgrad/linalg/kernels.hpp"
#include "physgrad/linalg/lapack.hpp"
#include "physgrad/linalg/symmetric_eigen.hpp"
#include "physgrad/linalg/truncation.hpp"

namespace physgrad {
namespace {

// Below this size Eigen's implicit QR is faster than the set-up of LAPACK's divide and conquer.
constexpr Index kLapackEigenFrom = 32;

}  // namespace

bool symmetric_eigen(Matrix& matrix, Vector& values) {
  if (lapack::available() && matrix.rows() >= kLapackEigenFrom) {
    const Matrix original = matrix;
    if (lapack::symmetric_eigen(matrix, values)) return true;
    matrix = original;
  }
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(matrix);
  values = solver.eigenvalues();
  matrix = solver.eigenvectors();
  return solver.info() == Eigen::Success;
}

namespace kernels {

PartialInverseResult gram(JacobianOperator& jacobian, const Vector& g, const PartialInverseOptions& options) {
  GramProblem problem = gram_problem(jacobian, g);
  if (non_finite(jacobian, problem, g)) return not_a_number(jacobian.cols());
  PartialInverseResult result;
  result.error_estimate = std::numeric_limits<double>::infinity();
  Vector ascending;
  if (!usable(problem) || !symmetric_eigen(problem.matrix, ascending)) return result;

  const Vector lambda = ascending.reverse();
  const Vector c = (problem.matrix.transpose() * problem.rhs).reverse();
  const double relative = relative_threshold(options.tau, jacobian.rows(), jacobian.cols());
  const double threshold = relative * relative * lambda[0];
  result.kept_rank = count_above(lambda, threshold);
  result.singular_values = lambda.cwiseMax(0.0).cwiseSqrt();
  result.singular_max = result.singular_values[0];
  if (result.kept_rank > 0) result.singular_min_kept = result.singular_values[result.kept_rank - 1];

  const Vector f = truncated_power(lambda, result.kept_rank, -0.5 * (1 + options.kappa));
  const Vector w = problem.matrix * f.cwiseProduct(c).reverse();
  result.slope = (problem.wide ? f.cwiseProduct(lambda) : f).dot(c.cwiseAbs2());
  result.direction = finish(jacobian, problem, w);
  const SpectralView view{
      .values = lambda, .coefficients = c, .kept = result.kept_rank, .threshold = threshold, .kappa = options.kappa};
  result.error_estimate = relative_error(gram_error(view, problem.wide, g.stableNorm()), result.direction.stableNorm());
  return result;
}

}  // namespace kernels
}  // namespace physgrad
