#include "physgrad/core/loss.hpp"

namespace physgrad {

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

}  // namespace physgrad
