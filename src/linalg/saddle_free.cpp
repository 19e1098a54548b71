#include "physgrad/linalg/saddle_free.hpp"

#include <Eigen/Eigenvalues>
#include <limits>

namespace physgrad {

Vector saddle_free_solve(const Matrix& hessian, const Vector& g, double tau) {
  if (!hessian.allFinite() || !g.allFinite())
    return Vector::Constant(g.size(), std::numeric_limits<double>::quiet_NaN());
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(0.5 * (hessian + hessian.transpose()));
  const Vector magnitude = eigen.eigenvalues().cwiseAbs();
  const double limit = tau * magnitude.maxCoeff();
  Vector projected = eigen.eigenvectors().transpose() * g;
  for (Index i = 0; i < g.size(); ++i) projected(i) = magnitude(i) > limit ? projected(i) / magnitude(i) : 0.0;
  return eigen.eigenvectors() * projected;
}

}  // namespace physgrad
