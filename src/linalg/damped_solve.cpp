#include "physgrad/linalg/damped_solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "physgrad/linalg/gram_problem.hpp"

namespace physgrad {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

Vector solve(const Matrix& factor, Vector rhs) {
  factor.triangularView<Eigen::Lower>().solveInPlace(rhs);
  factor.transpose().triangularView<Eigen::Upper>().solveInPlace(rhs);
  return rhs;
}

// |A^{-1}|_2 from below by inverse iteration; from a start that round-off makes rich enough within a few steps.
double inverse_norm(const Matrix& factor) {
  constexpr int kSteps = 4;
  Vector x = Vector::NullaryExpr(factor.rows(), [](Index i) { return i % 2 == 0 ? 1.0 : -0.7; }).normalized();
  double norm = 0;
  for (int step = 0; step < kSteps; ++step) {
    x = solve(factor, x);
    norm = x.norm();
    x /= norm;
  }
  return norm;
}

DampedSolution failure(Index rows, Index cols) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  return {Vector::Constant(cols, kNan), Vector::Constant(rows, kNan), kNan, false};
}

void validate(const JacobianOperator& jacobian, const Vector& g, double lambda) {
  if (g.size() != jacobian.rows()) {
    throw std::invalid_argument(fmt::format("damped solve: g must have one entry per row of J: expected {}, got {}",
                                            jacobian.rows(), g.size()));
  }
  if (!(lambda >= 0 && std::isfinite(lambda))) {
    throw std::invalid_argument(fmt::format("damped solve: lambda must be finite and at least 0, got {}", lambda));
  }
}

}  // namespace

DampedSolution damped_solve(JacobianOperator& jacobian, const Vector& g, double lambda, const Backend& backend) {
  validate(jacobian, g, lambda);
  const BackendThreads scope(backend, jacobian.threads());
  if (jacobian.rows() == 0 || jacobian.cols() == 0) {
    if (lambda == 0 && jacobian.rows() > 0) return failure(jacobian.rows(), jacobian.cols());
    return {Vector::Zero(jacobian.cols()), jacobian.rows() > 0 ? Vector(g / lambda) : Vector(0), 0.0, true};
  }
  kernels::GramProblem problem = kernels::gram_problem(jacobian, g, backend);
  // The trace bounds |J J^T| from above, within a factor of its rank.
  const double trace = problem.matrix.trace();
  problem.matrix.diagonal().array() += lambda;
  if (!problem.matrix.allFinite() || !problem.rhs.allFinite() || !backend.cholesky(problem.matrix)) {
    return failure(jacobian.rows(), jacobian.cols());
  }
  const Vector solution = solve(problem.matrix, problem.rhs);
  // Forming the Gram matrix and factoring it change it by eps times its norm; where that reaches the smallest
  // eigenvalue, the factorisation succeeded by luck.
  const double change = kEpsilon * (trace + lambda) * inverse_norm(problem.matrix);
  if (!solution.allFinite() || !(change < 0.1)) return failure(jacobian.rows(), jacobian.cols());
  DampedSolution result{solution, solution, 0.0, true};
  double amplified = solution.norm();
  if (problem.wide) {
    result.direction = jacobian.transpose_times(solution);
    // An error of w enters through J: at most sqrt(trace), and a component of size delta / sqrt(mu) along mu.
    amplified *= std::sqrt(trace + lambda);
  } else {
    result.weights = lambda > 0 ? Vector((g - jacobian.times(solution)) / lambda) : Vector::Zero(g.size());
    amplified += kEpsilon * std::sqrt(trace) * g.norm() * inverse_norm(problem.matrix) / std::max(change, kEpsilon);
  }
  const double norm = result.direction.norm();
  result.error_estimate = norm > 0 ? change * amplified / norm : 0.0;
  return result;
}

}  // namespace physgrad
