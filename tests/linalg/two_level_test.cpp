// Kernel two-level: the accuracy of a singular value decomposition from Gram matrices, and what it asks of an operator.
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "spectra.hpp"

namespace physgrad::testing {
namespace {

// Counts block products and cannot form J.
class BlockOnly final : public JacobianOperator {
 public:
  explicit BlockOnly(const Matrix& matrix) : matrix_(matrix) {}
  [[nodiscard]] Index rows() const override { return matrix_.rows(); }
  [[nodiscard]] Index cols() const override { return matrix_.cols(); }
  const Matrix& dense() override { throw std::logic_error("J must not be formed"); }
  Matrix gram() override { return matrix_ * matrix_.transpose(); }
  Vector times(const Vector& v) override { return matrix_ * v; }
  Vector transpose_times(const Vector& w) override { return matrix_.transpose() * w; }
  Matrix transpose_times_many(const Matrix& w) override {
    ++blocks;
    return matrix_.transpose() * w;
  }
  [[nodiscard]] bool has_structured_gram() const override { return true; }
  int blocks = 0;

 private:
  const Matrix& matrix_;
};

TEST(TwoLevelKernel, KeepsNineDigitsWhereOneGramMatrixHasNone) {
  std::mt19937_64 engine(11);
  for (const auto& [rows, cols] : std::vector<std::pair<Index, Index>>{{48, 90}, {90, 48}, {40, 40}}) {
    const Matrix j = with_singular_values(rows, cols, decaying(std::min(rows, cols), 9), engine);
    const Vector in_range = j * (j.transpose() * random_vector(rows, engine));
    for (const double tau : {1.1e-5, 1.1e-6, 1.1e-8}) {
      const PartialInverseOptions options{.kappa = 0.5, .tau = tau, .accuracy = 1e-9, .kernel = "two-level"};
      const PartialInverseResult result = run_kernel(j, in_range, options);
      EXPECT_EQ(result.kernel, "two-level") << result.reason;
      EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, in_range, 0.5, tau)), 1e-9);
      EXPECT_LE(result.error_estimate, 1e-9);
    }
  }
}

TEST(TwoLevelKernel, ResolvesEverySingularValueOfTenDecades) {
  std::mt19937_64 engine(12);
  const Vector values = decaying(60, 10);
  const Matrix j = with_singular_values(60, 150, values, engine);
  const PartialInverseResult result =
      run_kernel(j, random_vector(60, engine), {.tau = 0.9e-10, .accuracy = 1e-3, .kernel = "two-level"});
  EXPECT_EQ(result.kernel, "two-level") << result.reason;
  EXPECT_EQ(result.kept_rank, 60);
  ASSERT_EQ(result.singular_values.size(), 60);
  // Round-off of J moves a value by eps s_max, a level by eps / 1e-6 of it; one Gram matrix loses all below 1e-8.
  for (Index i = 0; i < 60; ++i) EXPECT_NEAR(result.singular_values[i], values[i], 1e-9 * values[i] + 1e-15);
  EXPECT_NEAR(result.singular_min_kept, 1e-10, 1e-14);
}

TEST(TwoLevelKernel, NeedsBlockProductsButNoJacobian) {
  std::mt19937_64 engine(13);
  const Matrix j = with_singular_values(40, 80, decaying(40, 9), engine);
  const Vector g = j * random_vector(80, engine);
  BlockOnly jacobian(j);
  const PartialInverseResult result =
      partial_inverse(jacobian, g, {.tau = 1.1e-7, .accuracy = 1e-8, .kernel = "two-level"});
  EXPECT_EQ(result.kernel, "two-level");
  EXPECT_GE(jacobian.blocks, 1);
  EXPECT_LT(relative_difference(result.direction, reference_partial_inverse(j, g, 0.5, 1.1e-7)), 1e-8);
}

TEST(TwoLevelKernel, StopsWhereAnotherKernelWouldDoNoBetter) {
  std::mt19937_64 engine(14);
  const Matrix j = with_singular_values(40, 80, decaying(40, 9), engine);
  // A right-hand side of equal weights at 1e-9: round-off of J alone costs about 1e-8.
  const PartialInverseResult result =
      run_kernel(j, random_vector(40, engine), {.tau = 0.9e-9, .accuracy = 1e-12, .kernel = "two-level"});
  EXPECT_EQ(result.kernel, "two-level");
  EXPECT_GT(result.error_estimate, 1e-12);
  EXPECT_GT(result.error_floor, 0.5 * result.error_estimate);
}

TEST(JacobianOperator, BlockProductsDefaultToOneVectorAtATime) {
  std::mt19937_64 engine(15);
  const Matrix j = with_singular_values(5, 8, decaying(5, 1), engine);
  BlockOnly jacobian(j);
  DenseJacobian dense(j);
  const Matrix v = random_orthonormal(8, 3, engine);
  const Matrix w = random_orthonormal(5, 3, engine);
  EXPECT_LT((jacobian.times_many(v) - j * v).norm(), 1e-14);
  EXPECT_LT((dense.times_many(v) - j * v).norm(), 1e-14);
  EXPECT_LT((dense.transpose_times_many(w) - j.transpose() * w).norm(), 1e-14);
  EXPECT_LT((jacobian.JacobianOperator::transpose_times_many(w) - j.transpose() * w).norm(), 1e-14);
  EXPECT_EQ(dense.times_many(Matrix(8, 0)).cols(), 0);
}

}  // namespace
}  // namespace physgrad::testing
