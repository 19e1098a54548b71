#include "physgrad/linalg/saddle_free.hpp"

#include <limits>

#include "physgrad/linalg/eigen_backend.hpp"

namespace physgrad {

Vector saddle_free_solve(const Matrix& hessian, const Vector& g, double tau) {
  if (!hessian.allFinite() || !g.allFinite())
    return Vector::Constant(g.size(), std::numeric_limits<double>::quiet_NaN());
  Matrix vectors = 0.5 * (hessian + hessian.transpose());
  Vector values(g.size());
  (void)eigen_backend().symmetric_eigen(vectors, values);
  const Vector magnitude = values.cwiseAbs();
  const double limit = tau * magnitude.maxCoeff();
  Vector projected = vectors.transpose() * g;
  for (Index i = 0; i < g.size(); ++i) projected(i) = magnitude(i) > limit ? projected(i) / magnitude(i) : 0.0;
  return vectors * projected;
}

}  // namespace physgrad
