#include "core/simulator.hpp"

namespace physgrad {

Matrix Linearization::jvp(const Matrix& v) const {
  Matrix dy;
  multiply(v, dy);
  return dy;
}

Matrix Linearization::vjp(const Matrix& w) const {
  Matrix x_bar;
  multiply_transposed(w, x_bar);
  return x_bar;
}

void Linearization::adjoints(Index dx, Matrix& out) const {
  const Index dy = state.rows(), samples = state.cols();
  out.resize(dx, dy * samples);
  Matrix product;
  if (dy <= dx) {
    Matrix seed = Matrix::Zero(dy, samples);
    for (Index p = 0; p < dy; ++p) {
      seed.row(p).setOnes();
      multiply_transposed(seed, product);
      for (Index i = 0; i < samples; ++i) out.col(i * dy + p) = product.col(i);
      seed.row(p).setZero();
    }
  } else {
    Matrix direction = Matrix::Zero(dx, samples);
    for (Index q = 0; q < dx; ++q) {
      direction.row(q).setOnes();
      multiply(direction, product);
      for (Index i = 0; i < samples; ++i) out.row(q).segment(i * dy, dy) = product.col(i).transpose();
      direction.row(q).setZero();
    }
  }
}

Matrix control_jacobians(const Linearization& at, Index dx) {
  const Index dy = at.state.rows(), samples = at.state.cols();
  Matrix adjoints;
  at.adjoints(dx, adjoints);
  Matrix jacobians(dy, dx * samples);
  for (Index i = 0; i < samples; ++i) jacobians.middleCols(i * dx, dx) = adjoints.middleCols(i * dy, dy).transpose();
  return jacobians;
}

}  // namespace physgrad
