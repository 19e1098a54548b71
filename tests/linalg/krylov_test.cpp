// Kernel krylov: products only, a subspace as small as the damping and g allow, and an honest estimate.
#include <gtest/gtest.h>

#include <stdexcept>

#include "physgrad/linalg/golub_kahan.hpp"
#include "spectra.hpp"

namespace physgrad::testing {
namespace {

class ProductsOnly final : public JacobianOperator {
 public:
  explicit ProductsOnly(const Matrix& matrix) : matrix_(matrix) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { throw std::logic_error("J must not be formed"); }
  Matrix gram() override { throw std::logic_error("J J^T must not be formed"); }
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }

 private:
  const Matrix& matrix_;
};

TEST(GolubKahan, BidiagonalisesAndStaysOrthonormal) {
  std::mt19937_64 engine(1);
  const Matrix j = with_singular_values(20, 33, decaying(20, 6), engine);
  DenseJacobian jacobian(j);
  GolubKahan process(jacobian, random_vector(20, engine), 1.0);
  while (process.extend()) {
  }
  ASSERT_TRUE(process.invariant());
  ASSERT_EQ(process.columns(), 20);
  Matrix v(33, 20);
  for (Index i = 0; i < 20; ++i) v.col(i) = process.right(Vector::Unit(20, i));
  EXPECT_LT((v.transpose() * v - Matrix::Identity(20, 20)).norm(), 1e-13);
  // J V = U B with orthonormal U: the Gram matrices agree.
  const Matrix b = process.bidiagonal();
  EXPECT_LT((v.transpose() * j.transpose() * j * v - b.transpose() * b).norm(), 1e-13);
}

TEST(KrylovKernel, NeedsProductsOnlyAndFewOfThemUnderStrongDamping) {
  std::mt19937_64 engine(2);
  Vector values = decaying(200, 12);
  const Matrix j = with_singular_values(200, 300, values, engine);
  const Vector g = j * (j.transpose() * random_vector(200, engine));
  ProductsOnly jacobian(j);
  const PartialInverseResult result =
      partial_inverse(jacobian, g, {.kappa = 0.5, .tau = 0.0317, .accuracy = 1e-6, .kernel = "krylov"});
  DenseJacobian dense(j);
  const PartialInverseResult exact =
      partial_inverse(dense, g, {.kappa = 0.5, .tau = 0.0317, .accuracy = 1e-9, .kernel = "qr-svd"});
  EXPECT_LT(relative_difference(result.direction, exact.direction), 1e-6);
  EXPECT_LE(result.error_estimate, 1e-6);
  EXPECT_GT(result.iterations, 0);
  EXPECT_LT(result.iterations, 150);
  EXPECT_NEAR(result.singular_max, 1, 1e-9);
}

TEST(KrylovKernel, StopsWhereItsBasesWouldOutgrowTheLimitAndSaysSo) {
  std::mt19937_64 engine(7);
  const Matrix j = with_singular_values(100, 150, decaying(100, 6), engine);
  const Vector g = random_vector(100, engine);
  ProductsOnly jacobian(j);
  const double column = 8.0 * (100 + 150);
  // A panel of eight columns, the bases and eight matrices of the small problem; never less than eight dimensions.
  for (const int most : {1, 8, 13, 40}) {
    const double limit = (most + 8.5) * column + 64 * most * most;
    const PartialInverseResult result = partial_inverse(
        jacobian, g, {.kappa = 0.5, .tau = 1e-6, .accuracy = 1e-6, .kernel = "krylov", .memory_limit_bytes = limit});
    EXPECT_EQ(result.iterations, std::max(8, most));
    EXPECT_GT(result.error_estimate, 1e-6);
    EXPECT_TRUE(result.direction.allFinite());
  }
}

TEST(KrylovKernel, FindsTheLargestSingularValueThoughTheGradientDoesNot) {
  std::mt19937_64 engine(3);
  const Matrix u = random_orthonormal(6, 6, engine);
  Vector values(6);
  values << 1, 0.3, 0.1, 0.02, 4e-3, 1e-3;
  const Matrix j = u * values.asDiagonal() * random_orthonormal(9, 6, engine).transpose();
  const Vector g = u.col(2) + u.col(4);  // nothing along s_max: a cut relative to 0.1 would keep 4e-3
  const PartialInverseResult result = run_kernel(j, g, {.tau = 1e-2, .accuracy = 1e-9, .kernel = "krylov"});
  EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 1e-2)), 1e-9);
}

TEST(KrylovKernel, EndsEarlyOnAnInvariantSubspace) {
  std::mt19937_64 engine(4);
  Vector values(30);
  values.head(10).setConstant(1);
  values.segment(10, 10).setConstant(0.1);
  values.tail(10).setZero();
  const Matrix j = with_singular_values(30, 40, values, engine);
  const Vector g = random_vector(30, engine);
  const PartialInverseResult result = run_kernel(j, g, {.tau = 1e-3, .accuracy = 1e-11, .kernel = "krylov"});
  EXPECT_LT(result.iterations, 10);
  EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 1e-3)), 1e-11);
}

TEST(KrylovKernel, GivesNoDigitsToAGradientOutsideOfTheRange) {
  Matrix j = Matrix::Zero(3, 3);
  j(0, 0) = 1;
  const PartialInverseResult result = run_kernel(j, Vector::Unit(3, 2), {.accuracy = 1e-6, .kernel = "krylov"});
  EXPECT_EQ(result.direction, Vector::Zero(3));
  EXPECT_TRUE(std::isinf(result.error_estimate));
}

}  // namespace
}  // namespace physgrad::testing
