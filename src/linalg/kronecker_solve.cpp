#include "physgrad/linalg/kronecker_solve.hpp"

namespace physgrad {

bool kronecker_solve(Matrix& left, Matrix& right, Matrix& x) {
  if (!default_backend().cholesky(left) || !default_backend().cholesky(right)) return false;
  left.triangularView<Eigen::Lower>().solveInPlace(x);
  left.triangularView<Eigen::Lower>().transpose().solveInPlace(x);
  right.triangularView<Eigen::Lower>().transpose().solveInPlace<Eigen::OnTheRight>(x);
  right.triangularView<Eigen::Lower>().solveInPlace<Eigen::OnTheRight>(x);
  return true;
}

}  // namespace physgrad
