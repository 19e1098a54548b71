#include "physgrad/linalg/gram_problem.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "physgrad/linalg/shared_products.hpp"

namespace physgrad::kernels {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// The Gram form's error is a small multiple of eps / tau^2: 4e-8 at tau 1e-5 and 2e-7 to 1e-6 at tau 1e-6 on Jacobians
// of networks. The prediction is the lower end, because the kernel checks its own error afterwards and a failed attempt
// costs a tenth of the kernel that takes over.
constexpr double kGramErrorFactor = 1e-3;

}  // namespace

GramProblem gram_problem(JacobianOperator& jacobian, const Vector& g, const Backend& backend, Index multiple) {
  if (jacobian.rows() <= jacobian.cols()) return {jacobian.padded_gram(multiple), g, true};
  const Matrix& j = jacobian.dense();
  Matrix matrix = padded_square(j.cols(), multiple);
  multiply_itself(backend, jacobian.threads(), j, true, matrix.topLeftCorner(j.cols(), j.cols()));
  return {std::move(matrix), jacobian.transpose_times(g), false};
}

std::pair<BlockLower, Vector> half_gram_problem(JacobianOperator& jacobian, const Vector& g, const Backend& backend,
                                                Index width) {
  if (jacobian.rows() > jacobian.cols()) {
    GramProblem problem = gram_problem(jacobian, g, backend);
    return {block_lower(problem.matrix, width), std::move(problem.rhs)};
  }
  jacobian.prepare();
  BlockLower matrix(jacobian.rows(), width);
  jacobian.gram_lower(matrix);
  return {std::move(matrix), g};
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

double gram_form_error(double tau) {
  const double safe = std::max(tau, kEpsilon);
  return kGramErrorFactor * kEpsilon / (safe * safe) + 10 * kEpsilon;
}

}  // namespace physgrad::kernels
