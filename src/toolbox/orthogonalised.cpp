#include "physgrad/toolbox/orthogonalised.hpp"

#include <algorithm>

namespace physgrad {

Matrix orthogonalised(const Matrix& matrix) {
  // The quintic's coefficients are the author's: steep at 0, so that small singular values grow fast.
  constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
  const bool tall = matrix.rows() > matrix.cols();
  Matrix x = tall ? Matrix(matrix.transpose()) : matrix;
  x /= std::max(x.norm(), 1e-7);
  for (int i = 0; i < 5; ++i) {
    const Matrix gram = x * x.transpose();
    const Matrix polynomial = b * gram + c * gram * gram;
    x = a * x + polynomial * x;
  }
  return tall ? Matrix(x.transpose()) : x;
}

}  // namespace physgrad
