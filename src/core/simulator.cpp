#include "core/simulator.hpp"

namespace physgrad {

Matrix control_jacobians(const Linearization& at, Index dx, Index dy, Index samples) {
  Matrix jacobians(dy, dx * samples);
  if (dy <= dx) {
    Matrix seed = Matrix::Zero(dy, samples);
    for (Index p = 0; p < dy; ++p) {
      seed.row(p).setOnes();
      const Matrix rows = at.vjp(seed);
      for (Index i = 0; i < samples; ++i) jacobians.row(p).segment(i * dx, dx) = rows.col(i).transpose();
      seed.row(p).setZero();
    }
  } else {
    Matrix direction = Matrix::Zero(dx, samples);
    for (Index q = 0; q < dx; ++q) {
      direction.row(q).setOnes();
      const Matrix columns = at.jvp(direction);
      for (Index i = 0; i < samples; ++i) jacobians.col(i * dx + q) = columns.col(i);
      direction.row(q).setZero();
    }
  }
  return jacobians;
}

}  // namespace physgrad
