// Defaults of an operator: block products one vector at a time, and the dense matrix's own.
#include "physgrad/linalg/jacobian_operator.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "physgrad/linalg/shared_products.hpp"

namespace physgrad {

Matrix padded_square(Index order, Index multiple) {
  const Index size = (order + multiple - 1) / multiple * multiple;
  Matrix result(size, size);
  result.bottomRows(size - order).setZero();
  result.rightCols(size - order).setZero();
  return result;
}

void JacobianOperator::use_threads(int threads) {
  if (threads < 1) throw std::invalid_argument(fmt::format("Jacobian: expected at least 1 thread, got {}", threads));
  threads_ = threads;
}

Matrix JacobianOperator::padded_gram(Index multiple) {
  Matrix result = padded_square(rows(), multiple);
  result.topLeftCorner(rows(), rows()) = gram();
  return result;
}

Matrix JacobianOperator::times_many(const Matrix& v) {
  Matrix result(rows(), v.cols());
  for (Index k = 0; k < v.cols(); ++k) result.col(k) = times(v.col(k));
  return result;
}

Matrix JacobianOperator::transpose_times_many(const Matrix& w) {
  Matrix result(cols(), w.cols());
  for (Index k = 0; k < w.cols(); ++k) result.col(k) = transpose_times(w.col(k));
  return result;
}

Matrix DenseJacobian::gram() { return padded_gram(1); }

Matrix DenseJacobian::padded_gram(Index multiple) {
  Matrix result = padded_square(rows(), multiple);
  multiply_itself(backend_, threads(), matrix_, false, result.topLeftCorner(rows(), rows()));
  return result;
}

Matrix DenseJacobian::times_many(const Matrix& v) {
  Matrix result(rows(), v.cols());
  multiply(backend_, threads(), matrix_, false, v, result);
  return result;
}

Matrix DenseJacobian::transpose_times_many(const Matrix& w) {
  Matrix result(cols(), w.cols());
  multiply(backend_, threads(), matrix_, true, w, result);
  return result;
}

}  // namespace physgrad
