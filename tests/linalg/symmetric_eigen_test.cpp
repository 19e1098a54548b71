// Eigenvectors that are formed where they are needed, against the matrix they belong to.
#include "physgrad/linalg/symmetric_eigen.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "physgrad/linalg/jacobian_operator.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

void expect_decomposition(const Matrix& a, const Backend& backend) {
  const Index n = a.rows();
  Matrix padded = padded_square(n, kPaddedTo);
  padded.topLeftCorner(n, n) = a;
  padded.triangularView<Eigen::StrictlyUpper>().setConstant(7);  // not looked at
  padded.rightCols(padded.cols() - n).setZero();
  const SymmetricEigen eigen(padded, n, backend);
  ASSERT_TRUE(eigen.valid());
  EXPECT_TRUE(std::is_sorted(eigen.values().begin(), eigen.values().end(), std::greater<>()));
  const Matrix q = eigen.vectors(0, n);
  EXPECT_LT((q.transpose() * q - Matrix::Identity(n, n)).norm(), 1e-13 * static_cast<double>(n));
  EXPECT_LE((q * eigen.values().asDiagonal() * q.transpose() - a).norm(), 1e-13 * a.norm());
  const Index first = n / 3, count = n - first - n / 4;
  std::mt19937_64 engine(2);
  for (const Index columns : {1, 2, 40}) {
    const Matrix c = random_vector(count * columns, engine).reshaped(count, columns);
    const Matrix y = random_vector(n * columns, engine).reshaped(n, columns);
    const auto part = q.middleCols(first, count);
    EXPECT_LT((eigen.vectors(first, count) - part).norm(), 1e-13 * static_cast<double>(n));
    EXPECT_LT((eigen.times(first, c) - part * c).norm(), 1e-13 * c.norm());
    EXPECT_LT((eigen.transposed_times(first, count, y) - part.transpose() * y).norm(), 1e-13 * y.norm());
  }
}

TEST(SymmetricEigen, HasTheVectorsThatAreAskedFor) {
  for (const std::string_view name : backend_names())
    for (const Index n : {1, 2, 5, 33, 64, 100}) {
      std::mt19937_64 engine(static_cast<std::uint64_t>(n));
      const Matrix j = with_singular_values(n, n + 3, decaying(n, 4), engine);
      const Matrix k = j * j.transpose();
      expect_decomposition(k, backend(name));
      expect_decomposition(std::ldexp(1.0, -700) * k, backend(name));
      expect_decomposition(std::ldexp(1.0, 700) * k, backend(name));
    }
}

TEST(SymmetricEigen, TakesDiagonalAndZeroMatrices) {
  expect_decomposition(Matrix(decaying(20, 2).asDiagonal()), default_backend());
  expect_decomposition(Matrix::Zero(20, 20), default_backend());
}

}  // namespace
}  // namespace physgrad::testing
