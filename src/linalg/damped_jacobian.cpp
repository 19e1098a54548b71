#include "physgrad/linalg/damped_jacobian.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "physgrad/linalg/block_lower.hpp"

namespace physgrad {

DampedJacobian::DampedJacobian(JacobianOperator& jacobian, double lambda)
    : jacobian_(jacobian), root_(std::sqrt(lambda)) {
  if (!(lambda > 0 && std::isfinite(lambda)))
    throw std::invalid_argument(fmt::format("damped Jacobian: lambda must be positive and finite, got {}", lambda));
}

const Matrix& DampedJacobian::dense() {
  if (dense_.size() > 0) return dense_;
  dense_.resize(rows(), cols());
  dense_.leftCols(jacobian_.cols()) = jacobian_.dense();
  dense_.rightCols(rows()).setZero();
  dense_.rightCols(rows()).diagonal().setConstant(root_);
  return dense_;
}

Matrix DampedJacobian::padded_gram(Index multiple) {
  Matrix result = jacobian_.padded_gram(multiple);
  result.diagonal().head(rows()).array() += root_ * root_;
  return result;
}

void DampedJacobian::gram_lower(BlockLower& out) {
  jacobian_.gram_lower(out);
  for (Index j = 0; j < out.blocks(); ++j) out.column(j).diagonal().array() += root_ * root_;
}

Vector DampedJacobian::times(const Vector& v) {
  return jacobian_.times(v.head(jacobian_.cols())) + root_ * v.tail(rows());
}

Vector DampedJacobian::transpose_times(const Vector& w) {
  Vector result(cols());
  result << jacobian_.transpose_times(w), root_ * w;
  return result;
}

Matrix DampedJacobian::times_many(const Matrix& v) {
  return jacobian_.times_many(v.topRows(jacobian_.cols())) + root_ * v.bottomRows(rows());
}

Matrix DampedJacobian::transpose_times_many(const Matrix& w) {
  Matrix result(cols(), w.cols());
  result << jacobian_.transpose_times_many(w), root_ * w;
  return result;
}

void DampedJacobian::use_threads(int threads) {
  JacobianOperator::use_threads(threads);
  jacobian_.use_threads(threads);
}

double damped_tau(double lambda, double trace) {
  // The largest squared singular value of J is at most the trace; a hundredth less, so that nothing is cut.
  constexpr double kBelow = 0.99;
  return kBelow * std::sqrt(lambda / (trace + lambda));
}

PartialInverseResult damped_partial_inverse(JacobianOperator& jacobian, const Vector& g, double lambda, double trace,
                                            const PartialInverseOptions& asked) {
  DampedJacobian damped(jacobian, lambda);
  PartialInverseOptions options = asked;
  options.tau = damped_tau(lambda, trace);
  PartialInverseResult result = partial_inverse(damped, g, options);
  const double whole = result.direction.stableNorm();
  result.direction.conservativeResize(jacobian.cols());
  // The estimate was of what the identity's part belongs to.
  if (const double part = result.direction.stableNorm(); part > 0) result.error_estimate *= whole / part;
  const auto undamped = [&](double s) { return std::sqrt(std::max(0.0, s * s - lambda)); };
  result.singular_max = undamped(result.singular_max);
  result.singular_min_kept = undamped(result.singular_min_kept);
  result.kept_rank = std::min(jacobian.rows(), jacobian.cols());
  result.singular_values.resize(0);
  return result;
}

}  // namespace physgrad
