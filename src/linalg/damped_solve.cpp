#include "physgrad/linalg/damped_solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "physgrad/linalg/gram_problem.hpp"
#include "physgrad/linalg/half_cholesky.hpp"

namespace physgrad {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// |A^{-1}|_2 from below by inverse iteration; from a start that round-off makes rich enough within a few steps.
double inverse_norm(const HalfCholesky& factor, Index order) {
  constexpr int kSteps = 4;
  Vector x = Vector::NullaryExpr(order, [](Index i) { return i % 2 == 0 ? 1.0 : -0.7; }).normalized();
  double norm = 0;
  for (int step = 0; step < kSteps; ++step) {
    x = factor.solve(std::move(x));
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
  const int threads = threads_for(std::min(jacobian.rows(), jacobian.cols()), jacobian.threads());
  jacobian.use_threads(threads);
  if (jacobian.rows() == 0 || jacobian.cols() == 0) {
    if (lambda == 0 && jacobian.rows() > 0) return failure(jacobian.rows(), jacobian.cols());
    return {Vector::Zero(jacobian.cols()), jacobian.rows() > 0 ? Vector(g / lambda) : Vector(0), 0.0, true};
  }
  auto [matrix, rhs] = kernels::half_gram_problem(jacobian, g, backend, HalfCholesky::kWidth);
  const bool wide = jacobian.rows() <= jacobian.cols();
  // The trace bounds |J J^T| from above, within a factor of its rank.
  const double size = trace(matrix);
  for (Index j = 0; j < matrix.blocks(); ++j) matrix.column(j).diagonal().array() += lambda;
  if (!all_finite(matrix) || !rhs.allFinite()) return failure(jacobian.rows(), jacobian.cols());
  const HalfCholesky factor(std::move(matrix), backend, threads);
  if (!factor.valid()) return failure(jacobian.rows(), jacobian.cols());
  const Vector solution = factor.solve(rhs);
  // Forming the Gram matrix and factoring it change it by eps times its norm; where that reaches the smallest
  // eigenvalue, the factorisation succeeded by luck.
  const double inverse = inverse_norm(factor, rhs.size());
  const double change = kEpsilon * (size + lambda) * inverse;
  if (!solution.allFinite() || !(change < 0.1)) return failure(jacobian.rows(), jacobian.cols());
  DampedSolution result{solution, solution, 0.0, true};
  double amplified = solution.norm();
  if (wide) {
    result.direction = jacobian.transpose_times(solution);
    // An error of w enters through J: at most sqrt(trace), and a component of size delta / sqrt(mu) along mu.
    amplified *= std::sqrt(size + lambda);
  } else {
    result.weights = lambda > 0 ? Vector((g - jacobian.times(solution)) / lambda) : Vector::Zero(g.size());
    amplified += kEpsilon * std::sqrt(size) * g.norm() * inverse / std::max(change, kEpsilon);
  }
  const double norm = result.direction.norm();
  result.error_estimate = norm > 0 ? change * amplified / norm : 0.0;
  return result;
}

}  // namespace physgrad
