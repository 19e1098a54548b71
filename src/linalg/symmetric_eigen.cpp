#include "physgrad/linalg/symmetric_eigen.hpp"

#include <Eigen/Eigenvalues>

#include "physgrad/linalg/lapack.hpp"

namespace physgrad {
namespace {

// Below this size Eigen's implicit QR is faster than the set-up of LAPACK's divide and conquer.
constexpr Index kLapackEigenFrom = 32;

}  // namespace

bool symmetric_eigen(Matrix& matrix, Vector& values) {
  if (lapack::available() && matrix.rows() >= kLapackEigenFrom) {
    const Matrix original = matrix;
    if (lapack::symmetric_eigen(matrix, values)) return true;
    matrix = original;
  }
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(matrix);
  values = solver.eigenvalues();
  matrix = solver.eigenvectors();
  return solver.info() == Eigen::Success;
}

}  // namespace physgrad
