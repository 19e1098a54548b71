#include "physgrad/core/loss.hpp"

#include <stdexcept>

namespace physgrad {

Matrix Loss::newton_step(const Matrix& /*y*/, const Matrix& /*target*/) const {
  throw std::logic_error("this loss has no Newton step");
}

void Loss::hessian_product(const Matrix& /*y*/, const Matrix& /*target*/, const Matrix& /*v*/, Matrix& /*out*/) const {
  throw std::logic_error("this loss has no products with its Hessian");
}

void Loss::curvature_product(const Matrix& y, const Matrix& target, const Matrix& v, Matrix& out) const {
  hessian_product(y, target, v, out);
}

double SquaredLoss::value(const Matrix& y, const Matrix& target) const {
  return factor(y.cols()) * (y - target).squaredNorm();
}

double SquaredLoss::reported(const Matrix& y, const Matrix& target) const {
  return scale_ * (y - target).squaredNorm() / static_cast<double>(y.cols());
}

void SquaredLoss::gradient(const Matrix& y, const Matrix& target, Matrix& g) const {
  g = (2.0 * factor(y.cols())) * (y - target);
}

Matrix SquaredLoss::newton_step(const Matrix& y, const Matrix& target) const { return target - y; }

void SquaredLoss::hessian_product(const Matrix& y, const Matrix& /*target*/, const Matrix& v, Matrix& out) const {
  out = (2.0 * factor(y.cols())) * v;
}

}  // namespace physgrad
