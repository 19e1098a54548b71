#include "physgrad/core/sample_losses.hpp"

namespace physgrad {

void sample_losses(const Loss& loss, const Matrix& y, const Matrix& target, Vector& losses, Matrix& gradients) {
  losses.resize(y.cols());
  gradients.resize(y.rows(), y.cols());
  Matrix state, wanted, g;  // these keep their memory from sample to sample
  for (Index i = 0; i < y.cols(); ++i) {
    state = y.col(i);
    wanted = target.col(i);
    losses[i] = loss.value(state, wanted);
    loss.gradient(state, wanted, g);
    gradients.col(i) = g;
  }
}

}  // namespace physgrad
